import { join, resolve } from "node:path";
import {
  CutoverError,
  RowRejected,
  type Column,
  type Loader,
  type TableSpec,
  type TargetValue,
} from "@cutover/model";
import { digestOf, digestOfTexts, replaceFile, writerOf } from "./file.js";
import { csvOptions, type CsvOptions } from "./options.js";
import { fileColumns, fileRecords } from "./read-back.js";
import { quoted, Store } from "./store.js";
import { fromStored, toStored, type Stored } from "./values.js";

export interface CsvLoaderOptions {
  /** `{ folder }`: where the files are written. */
  readonly connection: Readonly<Record<string, unknown>>;
  /** The migration's folder: relative paths begin there, and what a run remembers lies in its `.cutover`. */
  readonly folder: string;
}

/** A table that is in use: its file has been looked at. */
interface OpenTable {
  readonly spec: TableSpec;
  readonly options: CsvOptions;
  readonly path: string;
}

/**
 * Writes files for a system that imports CSV. Rows are kept in a store between batches; a file appears, or is
 * replaced, as a whole when they are published, or the loader closes. A file that is there already is the target's state: it is read
 * in, found in and changed like the rows of a database.
 */
export function createCsvLoader({ connection, folder }: CsvLoaderOptions): Loader {
  const given = connection["folder"];
  if (typeof given !== "string" || given === "") {
    throw new CutoverError("connection-invalid", "the connection names no folder", {
      stage: "configure",
      remedy: "Declare `folder:`, the folder the files are written to.",
    });
  }
  const target = resolve(folder, given);
  const store = new Store(folder, target);
  const tables = new Map<string, Promise<OpenTable>>();
  let closed = false;

  /** Brings the store to what the file holds. */
  const open = async (spec: TableSpec): Promise<OpenTable> => {
    const options = csvOptions(spec);
    const path = join(target, options.file);
    const digest = await digestOf(path);
    let state = store.state(spec.table);
    if (state?.dirty === true && digest !== state.digest && store.fits(spec.table, spec.columns)) {
      // A loader that was killed may have replaced the file, and not come to note it.
      const printed = digest === digestOfTexts(options, textsOf(store, spec, options));
      if (printed) store.remember(spec.table, (state = { digest, dirty: false }));
    }
    const current = state !== null && store.fits(spec.table, spec.columns) && digest === state.digest;
    if (state?.dirty === true && !current) throw changedMeanwhile(options);
    if (!current) {
      const names = spec.columns.map((column) => column.name);
      store.transaction(() => {
        store.create(spec.table, spec.columns);
        // No file has this digest: an import that is cut off is made again.
        store.remember(spec.table, { digest: "incomplete", dirty: false });
      });
      if (digest !== null) {
        for await (const rows of chunks(fileRecords(path, spec, options))) {
          store.transaction(() => store.insert(spec.table, names, rows));
        }
      }
      store.remember(spec.table, { digest, dirty: false });
    }
    store.show(spec.table, [spec.table, spec.name]);
    return { spec, options, path };
  };
  const stillOpen = (): void => {
    if (closed) throw new CutoverError("internal", "the loader is closed");
  };
  const opened = async (spec: TableSpec): Promise<OpenTable> => {
    stillOpen();
    let table = tables.get(spec.table);
    if (table === undefined) {
      table = open(spec);
      tables.set(spec.table, table);
      table.catch(() => tables.delete(spec.table));
    }
    return table;
  };

  const print = async ({ spec, options, path }: OpenTable): Promise<void> => {
    const state = store.state(spec.table);
    if (state?.dirty !== true) return;
    if ((await digestOf(path)) !== state.digest) throw changedMeanwhile(options);
    const digest = await replaceFile(path, options, textsOf(store, spec, options));
    store.remember(spec.table, { digest, dirty: false });
  };

  return {
    medium: "csv",
    capabilities: { recognizes: "natural-key", undo: "full", transactional: true },

    async describe(specs) {
      stillOpen();
      const described = new Map<string, readonly Column[]>();
      for (const spec of specs) {
        const options = csvOptions(spec);
        const path = join(target, options.file);
        // A file that does not exist yet is made as declared.
        const names = (await digestOf(path)) === null ? null : await fileColumns(path, spec, options);
        if (names === null || fits(names, spec)) await opened(spec);
        const byName = new Map(spec.columns.map((column) => [column.name, column]));
        described.set(
          spec.name,
          (names ?? spec.columns.map(({ name }) => name)).map((name): Column => {
            const column = byName.get(name) ?? { name, type: "text", nullable: true };
            // Nobody fills in a declared default: what is not written stays empty.
            return { ...column, default: column.nullable ? null : "" };
          }),
        );
      }
      return described;
    },

    async query(sql) {
      stillOpen();
      return store.query(sql);
    },

    async reserve(spec, count) {
      if (!Number.isSafeInteger(count) || count < 1) throw new RangeError("at least one id is reserved");
      const { id } = spec;
      if (id === undefined) throw new CutoverError("internal", `the table ${spec.name} has no generated id`);
      await opened(spec);
      return store.reserve(spec.table, id, count);
    },

    async find(spec, by, keys, columns) {
      const { options } = await opened(spec);
      const byName = columnsOf(spec);
      const wanted = keys.map((key) => key.map((value, i) => lookup(value, byName(by[i]!), options, spec)));
      const found = store.find(
        spec.table,
        by,
        wanted.filter((key): key is Stored[] => !key.includes(undefined)),
        columns,
      );
      return found.map((row) =>
        Object.fromEntries(columns.map((name) => [name, fromStored(row[name] ?? null, byName(name))])),
      );
    },

    // Files nobody declared are nobody's: what hangs on a row is declared.
    tablesWithColumn: async () => [],

    async present(spec, column, values) {
      const rows = await this.find(
        spec,
        [column],
        values.map((value) => [value]),
        [column],
      );
      return [...new Set(rows.map((row) => row[column] ?? null))];
    },

    async apply({ inserts, updates, deletes }) {
      const used = new Map<string, OpenTable>();
      for (const { table } of [...inserts, ...updates, ...deletes])
        used.set(table.table, await opened(table));
      const optionsOf = (spec: TableSpec): CsvOptions => used.get(spec.table)!.options;
      store.transaction(() => {
        for (const { table, columns, rows } of inserts) {
          const stored = storedRows(table, columns, rows, optionsOf(table));
          store.insert(table.table, columns, stored);
          store.markDirty(table.table);
        }
        for (const { table, where, set } of updates) {
          if (Object.keys(set).length === 0) continue;
          const options = optionsOf(table);
          const changes = store.change(
            table.table,
            storedRow(table, where, options),
            storedRow(table, set, options),
          );
          expectOne(changes, table);
          store.markDirty(table.table);
        }
        for (const { table, where } of deletes) {
          expectOne(store.change(table.table, storedRow(table, where, optionsOf(table)), null), table);
          store.markDirty(table.table);
        }
      });
    },

    async publish(specs) {
      for (const spec of specs) if (store.state(spec.table)?.dirty === true) await print(await opened(spec));
    },

    async close() {
      if (closed) return;
      closed = true;
      try {
        for (const table of tables.values()) await print(await table);
      } finally {
        store.close();
      }
    },
  };
}

const changedMeanwhile = ({ file }: CsvOptions): CutoverError =>
  new CutoverError("target-schema", `${file} was changed while a load of it is unfinished`, {
    stage: "load",
    remedy: "Put the file back as it was and resume the run.",
  });

const fits = (names: readonly string[], { columns }: TableSpec): boolean =>
  names.length === columns.length && columns.every((column) => names.includes(column.name));

async function* chunks<T>(items: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let chunk: T[] = [];
  for await (const item of items) {
    chunk.push(item);
    if (chunk.length < 5000) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

function storedRows(
  table: TableSpec,
  columns: readonly string[],
  rows: readonly (readonly TargetValue[])[],
  options: CsvOptions,
): Stored[][] {
  const specs = columns.map(columnsOf(table));
  for (const { name, nullable, hasDefault } of table.columns) {
    if (!nullable && hasDefault !== true && !columns.includes(name)) {
      throw new RowRejected("not-null", table.table, undefined);
    }
  }
  return rows.map((row) => row.map((value, i) => toStored(value, specs[i]!, options, table.table)));
}

function storedRow(
  table: TableSpec,
  row: Readonly<Record<string, TargetValue>>,
  options: CsvOptions,
): Record<string, Stored> {
  const byName = columnsOf(table);
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, toStored(value, byName(name), options, table.table)]),
  );
}

/** A change has to find its one row: none was changed by others, no key fits two. */
function expectOne(changes: number, table: TableSpec): void {
  if (changes !== 1) throw new RowRejected("row-count", table.table, undefined);
}

/** A key's value as it is stored; undefined where no row can have it. */
function lookup(
  value: TargetValue,
  column: Column,
  options: CsvOptions,
  spec: TableSpec,
): Stored | undefined {
  try {
    return toStored(value, { ...column, nullable: true }, options, spec.table);
  } catch (error) {
    if (error instanceof RowRejected) return undefined;
    throw error;
  }
}

const columnsOf = (spec: TableSpec) => {
  const byName = new Map(spec.columns.map((column) => [column.name, column]));
  return (name: string): Column => {
    const column = byName.get(name);
    if (column !== undefined) return column;
    throw new CutoverError("target-schema", `the table ${spec.name} has no column ${name}`, {
      stage: "load",
    });
  };
};

const numeric: ReadonlySet<Column["type"]> = new Set(["integer", "decimal", "float"]);

function* textsOf(store: Store, spec: TableSpec, options: CsvOptions): Generator<string> {
  const byName = columnsOf(spec);
  const order = options.sort.map(({ column, descending }) => {
    const name = quoted(column);
    const value = numeric.has(byName(column).type) ? `CAST(${name} AS NUMERIC)` : name;
    return `${value}${descending ? " DESC" : ""}`;
  });
  const writer = writerOf(spec.columns, options);
  const header = writer.header();
  if (header !== "") yield header;
  let rows: Stored[][] = [];
  for (const row of store.rows(spec.table, spec.columns, [...order, "rowid"].join(", "))) {
    rows.push(row);
    if (rows.length < 5000) continue;
    yield writer.records(rows);
    rows = [];
  }
  if (rows.length > 0) yield writer.records(rows);
}
