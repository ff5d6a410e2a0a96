import { createExtractor } from "@cutover/extractors";
import { testDatabase, type TestDatabase } from "@cutover/testkit";
import { heldOf } from "../sql/ask.js";
import { declared, inserts, quoted } from "../sql/tables.js";
import type { ExtractorMedium, NativeType, Source } from "./room.js";

/** A database as a source. Only what the engine adds or lacks is said by its test file. */
export const sqlExtractor = (
  engine: TestDatabase["engine"],
  { name, natives, waivers }: Pick<ExtractorMedium, "name" | "waivers"> & { natives: readonly NativeType[] },
): ExtractorMedium => ({
  name,
  capabilities: { snapshot: true, ordered: true, narrows: true, resumes: true },
  whenChanged: "reads the old state",
  waivers,
  natives,
  prepare: () => databaseSource(engine),
});

async function databaseSource(engine: TestDatabase["engine"]): Promise<Source> {
  const database = await testDatabase(engine);
  return {
    async make({ name, columns, rows }) {
      const list = columns.map((column) => declared(engine, column)).join(", ");
      await database.run(
        `CREATE TABLE ${quoted(name)} (${list}, PRIMARY KEY (id))`,
        ...inserts(engine, name, columns, rows),
      );
      const names = columns.map((column) => quoted(column.name)).join(", ");
      return { options: { sql: `SELECT ${names} FROM ${name} ORDER BY id` } };
    },
    change: ({ name, columns, rows }) =>
      database.run(`DELETE FROM ${quoted(name)}`, ...inserts(engine, name, columns, rows)),
    async makeNatives(name, natives) {
      const list = natives.map((native, i) => `c${i} ${native.declared}`).join(", ");
      const longest = Math.max(...natives.map(({ values }) => values.length));
      const rows = Array.from({ length: longest }, (_, row) => {
        // What is not written is left to the database.
        const written = natives.flatMap(({ values }, i) =>
          values[row] === undefined || values[row][0] === "DEFAULT" ? [] : [[`c${i}`, values[row][0]]],
        );
        const names = ["id", ...written.map(([column]) => column)].join(", ");
        return `INSERT INTO ${name} (${names}) VALUES (${[row + 1, ...written.map(([, value]) => value)].join(", ")})`;
      });
      await database.run(`CREATE TABLE ${name} (id BIGINT PRIMARY KEY, ${list})`, ...rows);
      const names = natives.map((_, i) => `c${i}`).join(", ");
      return { options: { sql: `SELECT id, ${names} FROM ${name} ORDER BY id` } };
    },
    missing: () => ({ sql: "SELECT id, value FROM secret_nowhere ORDER BY id" }),
    open: () => createExtractor({ medium: "sql", connection: { url: database.url }, folder: "/" }),
    held: () => heldOf(database),
    drop: () => database.drop(),
  };
}
