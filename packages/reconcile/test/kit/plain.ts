import type { Edit } from "../../../engine/test/kit/trial.js";

/** The academy's people are read as they lie in their table, with a column that no mapping reads. */
export const plainPeople: readonly Edit[] = [
  {
    system: "academy",
    file: "system.yaml",
    from: `SELECT p.id, p.number, p.login, p.mail, p.given, p.family, p.state, p.job, p.org, p.boss,
      (SELECT {json_object_agg}(f.name, d.value) FROM profile d JOIN field f ON f.id = d.field WHERE d.person = p.id) AS extra
      FROM person p ORDER BY p.id`,
    to: "SELECT p.id, p.number, p.login, p.mail, p.given, p.family, p.state, p.job, p.org, p.boss, p.seen FROM person p ORDER BY p.id",
  },
  { system: "academy", file: "system.yaml", from: "extra: json }", to: "seen: integer }" },
  {
    system: "academy",
    file: "inbound/users.yaml",
    from: "  custom: { from: extra, json: true }\n",
    to: "ignore:\n  seen: Nobody asks.\n",
  },
];
