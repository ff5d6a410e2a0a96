import type { TestDatabase } from "@cutover/testkit";
import { ask, type Row } from "./databases.js";

const tables = ["org", "person", "field", "profile", "category", "course", "result"] as const;
type Table = (typeof tables)[number];

/** What tells a row to a person, where it is not by other rows. */
const names: Readonly<Partial<Record<Table, string>>> = {
  org: "code",
  person: "login",
  field: "name",
  category: "name",
  course: "code",
};

const references: Readonly<Partial<Record<Table, Readonly<Record<string, Table>>>>> = {
  org: { parent: "org" },
  person: { org: "org", boss: "person" },
  profile: { person: "person", field: "field" },
  course: { category: "category" },
  result: { person: "person", course: "course" },
};

/** One way to write a value, whatever the engine's driver makes of it. */
const plain = (value: unknown): unknown =>
  typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;

const canonical = (row: Row): Row =>
  Object.fromEntries(
    Object.keys(row)
      .toSorted()
      .map((name) => [name, plain(row[name])]),
  );

/** Everything the target holds, row by row. */
export type TargetState = Readonly<Record<Table, readonly Row[]>>;

export async function targetState(database: Pick<TestDatabase, "engine" | "url">): Promise<TargetState> {
  const answers = await ask(
    database,
    tables.map((table) => `SELECT * FROM "${table}" ORDER BY id`),
  );
  return Object.fromEntries(
    tables.map((table, i) => [table, answers[i]!.map(canonical)]),
  ) as unknown as TargetState;
}

/**
 * What the target means, whatever ids new rows have: each row a line of text, with other rows by what
 * tells them. A row that is there twice is there twice here too.
 */
export function meaningOf(state: TargetState): Readonly<Record<Table, readonly string[]>> {
  const byId = new Map(
    tables.map((table) => [
      table,
      new Map(state[table].map((row) => [row["id"], names[table] === undefined ? null : row[names[table]]])),
    ]),
  );
  const lineOf = (table: Table, row: Row): string => {
    const values = Object.entries(row).flatMap(([column, value]): (readonly [string, unknown])[] => {
      const to = references[table]?.[column];
      if (column === "id") return [];
      if (to === undefined || value === null) return [[column, value]];
      const named = byId.get(to)!;
      return [[column, named.has(value) ? named.get(value) : `nothing: ${to}`]];
    });
    return JSON.stringify(Object.fromEntries(values));
  };
  return Object.fromEntries(
    tables.map((table) => [table, state[table].map((row) => lineOf(table, row)).toSorted()]),
  ) as unknown as Readonly<Record<Table, readonly string[]>>;
}

/** How two states, or two ledgers, differ; a few sentences, none where they are the same. */
export function differences(
  what: string,
  expected: Readonly<Record<string, readonly string[]>>,
  found: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  return Object.keys(expected).flatMap((part) => {
    const left = countOf(expected[part]!);
    const right = countOf(found[part] ?? []);
    const off = [...new Set([...left.keys(), ...right.keys()])].filter(
      (line) => left.get(line) !== right.get(line),
    );
    if (off.length === 0) return [];
    const shown = off
      .slice(0, 3)
      .map((line) => `${right.get(line) ?? 0} instead of ${left.get(line) ?? 0} × ${line}`);
    return [`${what}, ${part}: ${off.length} differ: ${shown.join(" | ")}`];
  });
}

function countOf(lines: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}
