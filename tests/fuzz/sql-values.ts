import { createExtractor } from "@cutover/extractors";
import { createLoader } from "@cutover/loaders";
import {
  RowRejected,
  type Column,
  type ExtractSpec,
  type Loader,
  type SourceValue,
  type TableSpec,
  type TargetValue,
} from "@cutover/model";
import { databaseEngines, testDatabase, type TestDatabase } from "@cutover/testkit";
import * as fc from "fast-check";
import { mustHold } from "./support/reading.js";
import type { Target } from "./support/target.js";
import { hostileTokens, signs } from "./support/tokens.js";

type Engine = TestDatabase["engine"];
type Row = readonly [
  text: string | null,
  whole: number | bigint | null,
  real: number | null,
  bytes: readonly number[] | null,
];

interface SqlInput {
  readonly engine: Engine;
  readonly names: number;
  readonly rows: readonly Row[];
  /** The text that a row's is changed to. */
  readonly changed: string;
  /** So often, so that the bulk ways of writing are taken too. */
  readonly times: number;
}

/** Names of a table and its columns: identifiers, however they look. */
const nameSets: readonly (readonly [
  table: string,
  ...columns: readonly [string, string, string, string, string],
])[] = [
  ["plain", "id", "t", "n", "r", "b"],
  ['x"; DROP TABLE canary; --', "id", '"t"', "'n'", "r;", "`b`"],
  ["t'); DELETE FROM canary; --", "key", "select", "__proto__", "constructor", "b\\"],
  ["`canary`", "$1", "?", ":n", "@r", "%s"],
  ["тест 表", "a.b", "a b", "é", "E\u0301", "--"],
];

const types: Readonly<Record<Engine, readonly string[]>> = {
  sqlite: ["INTEGER PRIMARY KEY", "TEXT", "BIGINT", "DOUBLE", "BLOB"],
  postgresql: ["BIGINT PRIMARY KEY", "TEXT", "BIGINT", "DOUBLE PRECISION", "BYTEA"],
  mariadb: ["BIGINT PRIMARY KEY", "LONGTEXT", "BIGINT", "DOUBLE", "LONGBLOB"],
};
const columnTypes = ["integer", "text", "integer", "float", "bytes"] as const;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

interface Place {
  readonly database: TestDatabase;
  readonly loader: Loader;
  readonly open: {
    readonly medium: string;
    readonly connection: { readonly url: string };
    readonly folder: string;
  };
}

const places = new Map<Engine, Place>();

async function prepare(): Promise<void> {
  for (const engine of databaseEngines) {
    const database = await testDatabase(engine);
    const made = nameSets.map(
      ([table, ...columns]) =>
        `CREATE TABLE ${quoted(table)} (${columns.map((name, i) => `${quoted(name)} ${types[engine][i]!}`).join(", ")})`,
    );
    await database.run("CREATE TABLE canary (id BIGINT)", "INSERT INTO canary VALUES (1)", ...made);
    const open = { medium: "sql", connection: { url: database.url }, folder: "/" };
    places.set(engine, { database, open, loader: await createLoader(open) });
  }
}

const text = fc
  .array(fc.oneof(fc.constantFrom(...hostileTokens, ...signs), fc.string({ unit: "binary", maxLength: 8 })), {
    maxLength: 4,
  })
  .map((parts) => parts.join(""));

const row: fc.Arbitrary<Row> = fc.tuple(
  fc.option(text, { freq: 8, nil: null }),
  fc.option(
    fc.oneof(
      fc.maxSafeInteger(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.constantFrom(0, -0, 2n ** 63n, 2n ** 53n + 1n),
    ),
    { freq: 8, nil: null },
  ),
  fc.option(fc.oneof(fc.double(), fc.constantFrom(1e308, 5e-324, -0, 0.1, 1e21)), { freq: 8, nil: null }),
  fc.option(fc.array(fc.nat(255), { maxLength: 6 }), { freq: 4, nil: null }),
);

/** Equal as values: an integer's width and a zero's sign are not kept. */
const same = (a: SourceValue | undefined, b: TargetValue): boolean => {
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  }
  if (typeof b === "number" || typeof b === "bigint") {
    if (typeof b === "number" && !Number.isInteger(b)) return Number(a) === b;
    return (
      a !== null &&
      a !== undefined &&
      (a === b || Number(a) === Number(b)) &&
      (typeof b === "number" || BigInt(a) === b)
    );
  }
  return a === b;
};

async function read({ open }: Place, extract: ExtractSpec): Promise<readonly (readonly SourceValue[])[]> {
  const extractor = await createExtractor(open);
  try {
    const rows: (readonly SourceValue[])[] = [];
    for await (const batch of extractor.read(extract)) {
      mustHold(batch.rejected.length === 0, "what was written is no text any more");
      rows.push(...batch.rows);
    }
    mustHold((await extractor.count(extract)) === rows.length, "read and count disagree");
    return rows;
  } finally {
    await extractor.close();
  }
}

/** Values on their way into a database under hostile names, and back. */
export const sqlValues: Target<SqlInput> = {
  arbitrary: fc.record({
    engine: fc.oneof(
      { arbitrary: fc.constant<Engine>("sqlite"), weight: 3 },
      fc.constantFrom<Engine>("postgresql", "mariadb"),
    ),
    names: fc.nat(nameSets.length - 1),
    rows: fc.array(row, { minLength: 1, maxLength: 5 }),
    changed: text,
    times: fc.oneof({ arbitrary: fc.constant(1), weight: 6 }, fc.constantFrom(60, 400)),
  }),
  open: prepare,
  async judge({ engine, names, rows: given, changed, times }) {
    const place = places.get(engine)!;
    const { database, loader } = place;
    const [name, ...columns] = nameSets[names]!;
    const table: TableSpec = {
      name: "hostile",
      table: name,
      columns: columns.map((column, i): Column => ({ name: column, type: columnTypes[i]!, nullable: true })),
      dependents: [],
      options: {},
    };
    const extract: ExtractSpec = {
      name: "hostile",
      key: columns.slice(0, 1),
      columns: table.columns,
      options: {
        sql: `SELECT ${columns.map(quoted).join(", ")} FROM ${quoted(name)} ORDER BY ${quoted(columns[0])}`,
      },
    };
    const rows = Array.from({ length: times }, (_, round) =>
      given.map(([t, n, r, b], i): TargetValue[] => [
        round * given.length + i + 1,
        t,
        n,
        r,
        b === null ? null : Uint8Array.from(b),
      ]),
    ).flat();
    await database.run(`DELETE FROM ${quoted(name)}`);
    let refused = false;
    try {
      await loader.apply({ inserts: [{ table, columns, rows }], updates: [], deletes: [] });
    } catch (error) {
      if (!(error instanceof RowRejected)) throw error;
      refused = true;
    }
    const [canary] = await loader.query("SELECT COUNT(*) AS n FROM canary");
    mustHold(Number(canary?.["n"]) === 1, "the canary is dead");
    const back = await read(place, extract);
    mustHold(back.length === (refused ? 0 : rows.length), "other rows are there than were written");
    for (const [i, row] of back.entries()) {
      for (const [j, value] of row.entries()) {
        mustHold(same(value, rows[i]![j]!), `a value of the ${columnTypes[j]!} column came back otherwise`);
      }
    }
    if (refused) return "issues";

    // Looked for by its text, changed, and looked for again.
    const wanted = rows[0]![1]!;
    const found = await loader.find(table, [columns[1]], [[wanted]], [columns[0]]);
    const expected = rows.filter((one) => one[1] === wanted).length;
    mustHold(found.length === expected, "a text does not find its rows");
    try {
      const change = { table, where: { [columns[0]]: 1 }, set: { [columns[1]]: changed } };
      await loader.apply({ inserts: [], updates: [change], deletes: [] });
    } catch (error) {
      if (error instanceof RowRejected) return "issues";
      throw error;
    }
    const [after] = await loader.find(table, [columns[0]], [[1]], [columns[1]]);
    mustHold(after?.[columns[1]] === changed, "a changed text came back otherwise");
    return "records";
  },
  async close() {
    for (const { loader, database } of places.values()) {
      await loader.close();
      await database.drop();
    }
  },
};
