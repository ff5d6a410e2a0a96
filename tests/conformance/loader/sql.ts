import { createLoader } from "@cutover/loaders";
import type { Column, TableSpec } from "@cutover/model";
import { testDatabase, type TestDatabase } from "@cutover/testkit";
import { ask, heldOf } from "../sql/ask.js";
import { declared, generatedId, inserts, quoted, textOf } from "../sql/tables.js";
import { column, id } from "../values.js";
import type { LoaderMedium, Target } from "./room.js";

/** A database as a target. Only what the engine adds or lacks is said by its test file. */
export const sqlLoader = (
  engine: TestDatabase["engine"],
  { name, natives, waivers }: Pick<LoaderMedium, "name" | "natives" | "waivers">,
): LoaderMedium => ({
  name,
  capabilities: { recognizes: "reserved-id", undo: "full", transactional: true },
  waivers,
  ...(natives === undefined ? {} : { natives }),
  prepare: () => databaseTarget(engine),
});

const specOf = (name: string, columns: readonly Column[], key?: string): TableSpec => ({
  name,
  table: name,
  id: key,
  columns,
  dependents: [],
  options: {},
});

async function databaseTarget(engine: TestDatabase["engine"]): Promise<Target> {
  const database = await testDatabase(engine);
  return {
    async make({ name, columns, id: key, unique = [] }) {
      const list = columns.map((one) =>
        one.name === key ? `${quoted(key)} ${generatedId[engine]}` : declared(engine, one),
      );
      if (key === undefined) list.push("PRIMARY KEY (id)");
      if (unique.length > 0) list.push(`UNIQUE (${unique.map(quoted).join(", ")})`);
      await database.run(`CREATE TABLE ${quoted(name)} (${list.join(", ")})`);
      return specOf(name, columns, key);
    },
    async makeNatives(name, natives) {
      const list = natives.map((native, i) => `c${i} ${native.declared}`).join(", ");
      await database.run(`CREATE TABLE ${name} (id BIGINT PRIMARY KEY, ${list})`);
      return specOf(name, [id, ...natives.map((native, i) => column(`c${i}`, native.column.type))]);
    },
    open: () => createLoader({ medium: "sql", connection: { url: database.url }, folder: "/" }),
    async look({ table, columns }) {
      const list = columns.map((one) => textOf(engine, one)).join(", ");
      const order = quoted(columns[0]!.name);
      const rows = await ask(database, `SELECT ${list} FROM ${quoted(table)} AS seen ORDER BY seen.${order}`);
      return rows.map((row) =>
        row.map((value) => (value === null ? null : String(value as string | number))),
      );
    },
    write: (table, names, rows) => {
      const columns = names.map((name) => table.columns.find((one) => one.name === name)!);
      return database.run(...inserts(engine, table.table, columns, rows));
    },
    held: () => heldOf(database),
    drop: () => database.drop(),
  };
}
