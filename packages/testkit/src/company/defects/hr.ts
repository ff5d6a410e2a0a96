import type { Person } from "../people.js";
import type { Row } from "../table.js";
import type { Planter } from "./planter.js";

/** Where the LMS and HR do not agree about who is who. */
export function plantInHr(planter: Planter): void {
  const { employees, users } = planter.tables;
  const employed = new Map(employees.rows.map((row) => [row["employee_number"]!, row]));
  const hr = (row: Row) => planter.spot("user", employees, row);
  const lms = (row: Row) => planter.spot("user", users, row);
  /** Someone HR and the LMS call by the same name. */
  const plainPerson = (): Person => planter.person((p) => p.currentFamilyName === p.row["user_name_last"]);
  const rowOf = (person: Person): Row => employed.get(person.employeeId)!;

  planter.times(() => {
    const [a, b] = [plainPerson(), plainPerson()];
    // Two accounts without an employee number, same mailbox, same family name: which one is HR's?
    Object.assign(b.row, {
      user_email: a.row["user_email"],
      user_name_last: a.row["user_name_last"],
      user_ref: "",
    });
    a.row["user_ref"] = "";
    planter.label({
      kind: "hr-matches-two",
      about: "The employee fits two accounts equally well.",
      codes: ["ambiguous-match"],
      records: [hr(rowOf(a))],
      related: [lms(a.row), lms(b.row), hr(rowOf(b))],
    });
  });
  planter.times(() => {
    const person = plainPerson();
    const row = rowOf(person);
    row["employee_number"] = `E7${String(10_000 + planter.serial())}`;
    planter.label({
      kind: "hr-contradicts",
      about: "Name and mailbox say it is the same person, the employee number says it is not.",
      codes: ["conflicting-match"],
      records: [hr(row)],
      related: [lms(person.row)],
    });
  });
  planter.times(() => {
    const person = plainPerson();
    const row = rowOf(person);
    row["hire_date"] = "31.11.2019";
    planter.label({
      kind: "hr-impossible-day",
      about: "HR says hired on a 31st of November.",
      codes: ["bad-date"],
      records: [hr(row)],
      related: [lms(person.row)],
    });
  });
  planter.times(() => {
    const person = plainPerson();
    const row = rowOf(person);
    const again = planter.insert(employees, { ...row, job_title: "Chief of Everything" });
    planter.label({
      kind: "hr-employee-twice",
      about: "One employee number is there twice.",
      codes: ["duplicate-key"],
      need: "any",
      records: [hr(row), hr(again)],
      related: [lms(person.row)],
    });
  });
}
