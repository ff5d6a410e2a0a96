import {
  CutoverError,
  type Column,
  type Loader,
  type LoaderCapabilities,
  type TableSpec,
} from "@cutover/model";
import { database, forDialect, type TableShape, quoteName } from "@cutover/sql";
import { applyOnce } from "./apply.js";
import { findRows } from "./find.js";
import { rowsBetween } from "./between.js";
import { Line } from "./line.js";
import { presentValues, tablesWithRows } from "./present.js";
import { columnOf, Shapes } from "./shapes.js";
import { prepare } from "./statements.js";

export interface SqlLoaderOptions {
  /** As migration.yaml declares it; see SqlConnection of @cutover/sql. */
  readonly connection: Readonly<Record<string, unknown>>;
  /** Where relative paths begin. */
  readonly folder: string;
  /** Hears, once each and in a sentence, what makes the work slower than it could be. */
  readonly onNotice?: ((notice: string) => void) | undefined;
}

/**
 * Writes a database: batches in transactions on one connection; what is asked goes over another, and keys
 * are looked up on a third.
 *
 * `capabilities.transactional` turns false once a table has been seen whose engine cannot roll back
 * (MyISAM): describe the tables first.
 */
export async function createSqlLoader(options: SqlLoaderOptions): Promise<Loader> {
  const { connection, folder, onNotice } = options;
  const heard = new Set<string>();
  const target = database(connection, {
    folder,
    role: "target",
    onNotice: (notice) => {
      if (!heard.has(notice)) onNotice?.(notice);
      heard.add(notice);
    },
  });
  const writing = new Line(target);
  // Conditions, totals and look-ups are texts of mappings: none of them can write.
  const reading = new Line(database(connection, { folder, role: "target", readonly: true }));
  const looking = target.dialect.readsBesideWrites
    ? new Line(database(connection, { folder, role: "target", readonly: true, byKeys: true }))
    : writing;
  const shapes = new Shapes();
  // What a killed run left half-written in a file can only be put right by who may write it.
  for (const line of [writing, reading]) await line.use(async () => undefined);

  const shapesOf = async (tables: readonly TableSpec[]): Promise<Map<string, TableShape>> => {
    const found = new Map<string, TableShape>();
    for (const table of tables) {
      if (found.has(table.table)) continue;
      found.set(table.table, await reading.use((session) => shapes.of(session, table)));
    }
    return found;
  };

  return {
    medium: "sql",
    get capabilities(): LoaderCapabilities {
      return { recognizes: "reserved-id", undo: "full", transactional: shapes.transactional };
    },

    async describe(tables) {
      const found = await reading.use((session) => shapes.refresh(session, tables));
      return new Map<string, readonly Column[]>(
        tables.map((table) => [table.name, found.get(table.table)?.columns ?? []]),
      );
    },

    claim: () => writing.claim(),

    query: (sql) => reading.use((session) => session.query(forDialect(sql, target.dialect))),

    async reserve(table, count) {
      if (!Number.isSafeInteger(count) || count < 1) throw new RangeError("at least one id is reserved");
      const { id } = table;
      if (id === undefined) throw new CutoverError("internal", `the table ${table.name} has no generated id`);
      const shape = (await shapesOf([table])).get(table.table)!;
      columnOf(shape, id);
      return writing.use((session) => session.reserve(shape, id, count));
    },

    async find(table, by, keys, columns, { settled = false } = {}) {
      if (keys.length === 0) return [];
      const shape = (await shapesOf([table])).get(table.table)!;
      if (!settled) return looking.use((session) => findRows(session, table, shape, by, keys, columns));
      return writing.use(async (session) => {
        await session.awaitWriters();
        return findRows(session, table, shape, by, keys, columns, true);
      });
    },

    async between(table, by, range, columns) {
      const shape = (await shapesOf([table])).get(table.table)!;
      return reading.use((session) => rowsBetween(session, table, shape, by, range, columns));
    },

    tablesWithColumn: (prefix, columns) => reading.use((session) => tablesWithRows(session, prefix, columns)),

    async count(table) {
      const shape = (await shapesOf([table])).get(table.table)!;
      const [row] = await reading.use((session) =>
        session.select(`SELECT COUNT(*) FROM ${quoteName(shape.table)}`, []),
      );
      return Number(row![0]);
    },

    async present(table, column, values) {
      if (values.length === 0) return [];
      const shape = (await shapesOf([table])).get(table.table)!;
      return reading.use((session) => presentValues(session, shape, column, values));
    },

    async apply(batch) {
      const all = [...batch.inserts, ...batch.updates, ...batch.deletes];
      if (all.length === 0) return;
      const known = await shapesOf([...new Set(all.map(({ table }) => table))]);
      const writes = prepare(batch, (table) => known.get(table)!);
      const ids = new Map(batch.inserts.map(({ table }) => [table.table, table.id]));
      await writing.use((session) => applyOnce(session, writes, ids));
    },

    async close() {
      await Promise.all([writing, reading, looking].map((line) => line.close()));
    },
  };
}
