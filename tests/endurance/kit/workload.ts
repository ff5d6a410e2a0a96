import { random } from "./random.js";

type Value = string | number | null;

/** Rows of a source by table, and statements that fill a target before. */
export interface Workload {
  readonly school: Readonly<Record<string, readonly (readonly Value[])[]>>;
  readonly academy: readonly string[];
}

export interface WorkloadSize {
  readonly people: number;
  readonly results: number;
}

const subjects = ["Safety/Fire", "Safety/Aid", "Law", "Law/Privacy", "Craft"];

/**
 * People with bosses in circles, units in a tree, courses with shared categories, free fields that
 * several share, and results, of which some have to give way to a better one. Some of the people
 * are in the target already, and strangers with them.
 */
export function makeWorkload({ people, results }: WorkloadSize, seed = 1): Workload {
  const { below, next, pick } = random(seed);
  const units = Array.from({ length: 12 }, (_, i): Value[] => [
    i + 1,
    `U${i + 1}`,
    `Unit ${i + 1} Ærø`,
    // The parent may come later: such references wait for the second pass.
    i === 0 ? null : i % 3 === 0 ? ((i + 4) % 12) + 1 : 1,
  ]);
  const lessons = Array.from({ length: 15 }, (_, i): Value[] => [
    i + 1,
    `C${i + 1}`,
    `Course ${i + 1} 漢字`,
    i % 7 === 0 ? null : subjects[i % subjects.length]!,
    i % 5 === 0 ? "closed" : "open",
  ]);
  const persons = Array.from({ length: people }, (_, i): Value[] => {
    const extra =
      i % 3 === 0
        ? JSON.stringify({ "Shoe size": String(36 + below(12)), Car: pick(["red", "blue"]) })
        : null;
    return [
      i + 1,
      `E${i + 1}`,
      `Login${i + 1}`,
      i % 4 === 0 ? null : `p${i + 1}@example.org`,
      `Given ${i + 1}`,
      `Family ${i + 1} 🙂`,
      i % 20 === 19 ? "gone" : i % 6 === 0 ? "off" : "on",
      1 + below(12),
      // Circles: the boss of a boss may be oneself. Nobody has a boss who is left out.
      1 + (below(people) % 19),
      extra,
    ];
  });
  const done = Array.from({ length: results }, (_, i): Value[] => {
    const state = pick(["done", "done", "failed", "begun"]);
    const day = `20${String(10 + below(15))}-0${1 + below(9)}-1${below(10)}T0${below(10)}:00:00Z`;
    return [
      i + 1,
      1 + below(people),
      1 + below(15),
      state,
      state === "begun" ? null : day,
      state === "begun" || next() < 0.1 ? null : below(400) / 4,
    ];
  });
  return {
    school: { unit: units, lesson: lessons, person: persons, result: done },
    academy: [
      "INSERT INTO person (number, login, given, family, state) VALUES ('E1', 'login1', 'Old', 'Name', 'on'), ('E7', 'login7', 'Given 7', NULL, 'off'), ('X1', 'stranger', 'A', 'Stranger', 'on')",
      "INSERT INTO field (name) VALUES ('Car'), ('Nobody has it')",
      "INSERT INTO org (code, name) VALUES ('U3', 'Old unit'), ('FOREIGN', 'Foreign')",
      "INSERT INTO course (code, title, \"open\") VALUES ('C2', 'Old course', 1)",
    ],
  };
}

const literal = (value: Value): string =>
  value === null ? "NULL" : typeof value === "number" ? String(value) : `'${value.replaceAll("'", "''")}'`;

/** The statements that fill a source. */
export const fillingOf = ({ school }: Workload): readonly string[] =>
  Object.entries(school).flatMap(([table, rows]) => {
    const statements: string[] = [];
    for (let i = 0; i < rows.length; i += 500) {
      const lines = rows.slice(i, i + 500).map((row) => `(${row.map(literal).join(", ")})`);
      statements.push(`INSERT INTO ${table} VALUES ${lines.join(", ")}`);
    }
    return statements;
  });
