import type { Person } from "../people.js";
import type { Row } from "../table.js";
import type { Planter } from "./planter.js";

/** A defect of one cell in users.csv. */
interface CellDefect {
  readonly kind: string;
  readonly about: string;
  readonly code: string;
  readonly change: (row: Row, planter: Planter) => void;
}

const cellDefects: readonly CellDefect[] = [
  {
    kind: "invalid-email",
    about: "The e-mail address is none.",
    code: "bad-email",
    change: (row) => (row["user_email"] = `${row["user_name"]!} at nordwind`),
  },
  {
    kind: "unknown-user-status",
    about: "The status is not in the vocabulary.",
    code: "unmapped-value",
    change: (row) => (row["user_status"] = "Sabbatical?"),
  },
  {
    kind: "impossible-day",
    about: "Hired on a 30th of February.",
    code: "bad-date",
    change: (row) => (row["user_hire_date"] = `02/30/${row["user_hire_date"]!.slice(6)}`),
  },
  {
    kind: "left-before-hired",
    about: "The last day of employment is before the first.",
    code: "date-order",
    change: (row) => {
      row["user_status"] = "Inactive";
      row["user_termination_date"] = "03/31/1999";
    },
  },
  {
    kind: "unknown-manager",
    about: "The manager is not in the file.",
    code: "broken-reference",
    change: (row, planter) => (row["user_mgr_id"] = `9${String(900_000 + planter.serial())}`),
  },
  {
    kind: "unknown-organization",
    about: "The organization is not in the file.",
    code: "broken-reference",
    change: (row) => (row["user_ou_id"] = "NW-404"),
  },
  {
    kind: "control-character",
    about: "A bell rings in the name.",
    code: "control-character",
    change: (row) => (row["user_name_last"] += "\u0007"),
  },
  {
    kind: "nameless-person",
    about: "The person has no name at all.",
    code: "check-failed",
    change: (row) => {
      row["user_name_first"] = "";
      row["user_name_middle"] = "";
      row["user_name_last"] = "";
    },
  },
  {
    kind: "unknown-country",
    about: "There is no such country.",
    code: "bad-code",
    change: (row) => (row["user_country"] = "QX"),
  },
  {
    kind: "unknown-language",
    about: "The language is no BCP 47 tag.",
    code: "bad-code",
    change: (row) => (row["user_language"] = "Plattdeutsch (Hamburg)"),
  },
  {
    kind: "unknown-time-zone",
    about: "There is no such time zone.",
    code: "bad-code",
    change: (row) => (row["user_timezone"] = "Mars/Olympus_Mons"),
  },
  {
    kind: "over-long-name",
    about: "The given name has 300 characters.",
    code: "too-long",
    change: (row) => (row["user_name_first"] = "Ma".repeat(150)),
  },
];

/** Defects of one record each, then those it takes several records for. */
export function plantInPeople(planter: Planter): void {
  const { users } = planter.tables;
  const spot = (row: Row, unreadable = false) => planter.spot("user", users, row, unreadable);

  for (const { kind, about, code, change } of cellDefects) {
    planter.times(() => {
      const { row } = planter.person();
      change(row, planter);
      planter.label({ kind, about, codes: [code], records: [spot(row)] });
    });
  }
  for (const [kind, about, column] of [
    ["duplicate-employee-id", "Two people have one employee number.", "user_ref"],
    ["duplicate-username", "Two people have one user name.", "user_name"],
  ] as const) {
    planter.times(() => {
      const [a, b] = [planter.person(), planter.person()];
      b.row[column] = a.row[column]!;
      planter.label({
        kind,
        about,
        codes: ["duplicate-value"],
        need: "any",
        records: [spot(a.row), spot(b.row)],
        // HR cannot tell them apart either.
        related: [...planter.employee(a), ...planter.employee(b)],
      });
    });
  }
  planter.times(() => {
    const a = planter.person();
    const b = planter.person((p) => p.row["user_name_last"] !== a.row["user_name_last"]);
    b.row["user_email"] = a.row["user_email"]!;
    planter.label({
      kind: "shared-email",
      about: "Two people have one e-mail address.",
      codes: ["duplicate-value"],
      need: "any",
      records: [spot(a.row), spot(b.row)],
    });
  });
  planter.times(() => {
    const circle = [planter.person(), planter.person(), planter.person()];
    circle.forEach(({ row }, i) => (row["user_mgr_id"] = circle[(i + 1) % circle.length]!.id));
    planter.label({
      kind: "manager-circle",
      about: "Three people manage each other in a circle.",
      codes: ["circular-reference"],
      need: "any",
      records: circle.map(({ row }) => spot(row)),
    });
  });
  planter.times(() => {
    const { row } = planter.person();
    const again = planter.insert(users, { ...row });
    planter.label({
      kind: "person-twice",
      about: "A line of the file is there twice.",
      codes: ["merged"],
      need: "any",
      records: [spot(row), spot(again)],
    });
  });
  planter.times(() => {
    const row = planter.insert(users, {
      ...planter.person().row,
      user_id: "",
      user_ref: "",
      user_name: "",
      user_email: "",
    });
    row["user_mgr_id"] = "";
    planter.label({
      kind: "no-key",
      about: "The line has no user id.",
      codes: ["missing-key"],
      records: [spot(row)],
    });
  });
}

/** Rows that cannot be read as records, and values that must not come alive in a report. */
export function plantHostileRows(planter: Planter): void {
  const { users, transcript, awards } = planter.tables;
  const spot = (row: Row, unreadable = false) => planter.spot("user", users, row, unreadable);
  /** What belongs to a person whose line cannot be read: it refers to nobody now, and says so. */
  const belongings = ({ id }: Person) => [
    ...transcript.rows
      .filter((row) => row["transc_user_id"] === id)
      .flatMap((row) => [
        planter.spot("enrollment", transcript, row),
        planter.spot("completion", transcript, row),
      ]),
    ...awards.rows
      .filter((row) => row["award_user_id"] === id)
      .map((row) => planter.spot("award", awards, row)),
  ];
  planter.times(() => {
    const person = planter.person();
    const { row } = person;
    planter.damage(users, row, (line) => Buffer.from(line.split(",").slice(0, 9).join(","), "utf8"));
    planter.label({
      kind: "ragged-row",
      about: "The line ends after nine columns.",
      codes: ["malformed-row"],
      records: [spot(row, true)],
      related: belongings(person),
    });
  });
  planter.times(() => {
    const person = planter.person();
    const { row } = person;
    planter.damage(users, row, (line) => {
      const middle = line.indexOf("@");
      return Buffer.concat([
        Buffer.from(line.slice(0, middle)),
        Buffer.from([0xfc]),
        Buffer.from(line.slice(middle)),
      ]);
    });
    planter.label({
      kind: "invalid-bytes",
      about: "The line holds Latin-1 bytes in a UTF-8 file.",
      codes: ["bad-encoding"],
      records: [spot(row, true)],
      related: belongings(person),
    });
  });
  for (const [kind, about, value] of [
    [
      "formula-in-name",
      "A spreadsheet would run the value as a formula.",
      '=HYPERLINK("http://evil.example","click")',
    ],
    ["markup-in-name", "A browser would run the value as a script.", "<script>alert('cutover')</script>"],
  ] as const) {
    planter.times(() => {
      const { row } = planter.person();
      const key = planter.insert(users, {
        ...row,
        user_id: `${value}${planter.serial()}`,
        user_ref: "",
        user_name: `hostile${planter.serial()}`,
        user_name_first: value,
        user_email: "",
        // What brings it into the report.
        user_status: value,
      });
      planter.label({ kind, about, door: "report", codes: ["unmapped-value"], records: [spot(key)] });
    });
  }
}
