import { addDays, dayBetween, dotted, type Day } from "./calendar.js";
import { latin, namePools, native } from "./names.js";
import type { Random } from "./random.js";
import type { Department } from "./organizations.js";
import type { Person } from "./people.js";
import type { Row } from "./table.js";

/** Countries as HR writes them: by name. */
const countryNames: Readonly<Record<string, string>> = {
  US: "United States of America",
  DE: "Germany",
  PL: "Poland",
  BR: "Brazil",
  UA: "Ukraine",
  GR: "Greece",
  EG: "Egypt",
  CN: "China",
  IN: "India",
  KR: "South Korea",
};

/** HR's view of the people: current names, no one who left more than two years before the export. */
export function makeEmployees(people: readonly Person[], since: string): Row[] {
  const byId = new Map(people.map((p) => [p.id, p]));
  return people
    .filter((p) => p.left === null || p.left >= since)
    .map((p) => {
      const manager = byId.get(p.row["user_mgr_id"]!);
      return {
        employee_number: p.employeeId,
        first_name: p.row["user_name_first"]!,
        last_name: p.currentFamilyName,
        // Renaming a person does not rename the mailbox.
        work_email: p.row["user_email"]!,
        employment_status: p.left === null ? "employed" : "left",
        hire_date: dotted(p.hired),
        leave_date: p.left === null ? "" : dotted(p.left),
        job_title: p.row["user_title"]!,
        department_code: p.department.code,
        supervisor_number: manager?.employeeId ?? "",
        country: countryNames[p.pool.country]!,
        city: p.pool.city,
        payroll_area: latin(p.pool.city).slice(0, 2).toUpperCase() || "XX",
      };
    });
}

/** People who came so lately that the LMS has not heard of them. */
export const makeNewcomers = (
  random: Random,
  departments: readonly Department[],
  count: number,
  today: Day,
): Row[] =>
  Array.from({ length: count }, (_, i) => {
    const pool = random.pick(namePools);
    const given = random.pick(pool.given);
    const family = random.pick(pool.family);
    return {
      employee_number: `N${String(1000 + i)}`,
      first_name: native(given),
      last_name: native(family),
      work_email: `${latin(given)}.${latin(family)}.n${i}@nordwind.example`,
      employment_status: "employed",
      hire_date: dotted(dayBetween(random, addDays(today, -30), addDays(today, 60))),
      leave_date: "",
      job_title: "Trainee",
      department_code: random.pick(departments).code,
      supervisor_number: "",
      country: countryNames[pool.country]!,
      city: pool.city,
      payroll_area: "HA",
    };
  });

export const makeDepartments = (departments: readonly Department[]): Row[] =>
  departments.map((d) => ({
    department_code: d.code,
    department_name: d.name,
    division_code: d.division,
    open: "yes",
  }));
