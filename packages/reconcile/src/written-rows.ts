import { findRows, keyText, valuesFromJson, type Key, type TargetRow } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import type { System } from "@cutover/mapping";
import { CutoverError, type Loader, type TableSpec } from "@cutover/model";
import { judge, type Write } from "./judge-row.js";

/** A target row that is not as the last write left it. */
export interface RowFinding {
  readonly record: number;
  /** What is wrong, the same for all rows of a table that it is wrong with. */
  readonly rule: string;
  /** The table and the key of the row. */
  readonly row: string;
  readonly found: "gone" | "changed";
}

export interface WrittenWork {
  readonly ledger: Ledger;
  readonly system: System;
  /** Finds rows of the target by their keys. */
  readonly rows: Pick<Loader, "find">;
  readonly onPage: (done: number, total: number) => Promise<void>;
}

interface Stored {
  readonly seq: number;
  readonly record: number;
  readonly run: number;
  readonly shape: number;
  readonly rowKey: string;
  readonly hash: Buffer | null;
  readonly before: string | null;
  readonly after: string | null;
}

/** What written rows have in common. They are few, and every row has one. */
interface Shape extends Pick<Write, "operation" | "columns"> {
  readonly table: TableSpec;
}

/** One row of the target with all that was written to it and still stands, the oldest first. */
interface Written {
  readonly table: TableSpec;
  readonly key: Key;
  readonly writes: readonly Write[];
}

function groupBy<K, T>(items: Iterable<T>, keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

/** Writes a page; a row's writes are never torn apart. */
const pageSize = 4000;

/** Makes the scratch table of what is found wrong, empty. */
export function openFindings({ db }: Ledger): void {
  db.exec(`
    DROP TABLE IF EXISTS temp.row_finding;
    CREATE TEMP TABLE row_finding (record INTEGER NOT NULL, rule TEXT NOT NULL, "row" TEXT NOT NULL, found TEXT NOT NULL);
    CREATE INDEX temp.row_finding_record ON row_finding (record)`);
}

/** Scratch table: all that stands, row by row of the target. */
const scratch = `
DROP TABLE IF EXISTS temp.standing_write;
CREATE TEMP TABLE standing_write (seq INTEGER PRIMARY KEY, id INTEGER NOT NULL);
INSERT INTO temp.standing_write (id)
  SELECT w.id FROM written w JOIN batch b ON b.id = w.batch JOIN shape s ON s.id = w.shape
  WHERE b.state = 'done' ORDER BY s."table", w.rowKey, w.id;
`;

function shapesOf(ledger: Ledger, system: System): ReadonlyMap<number, Shape> {
  const tables = new Map(system.tables.map((table) => [table.name, table]));
  const shapes = ledger.db
    .prepare(
      `SELECT id, "table", operation, columns FROM shape WHERE id IN (
         SELECT w.shape FROM written w JOIN batch b ON b.id = w.batch WHERE b.state = 'done')`,
    )
    .all() as { id: number; table: string; operation: Write["operation"]; columns: string }[];
  return new Map(
    shapes.map(({ id, table: name, operation, columns }) => {
      const table = tables.get(name);
      if (table === undefined) {
        throw new CutoverError("target-schema", `${system.name} no longer declares the table ${name}`, {
          stage: "reconcile",
          remedy: "Declare it again: rows of it were written that have to be looked at.",
        });
      }
      return [id, { table, operation, columns: JSON.parse(columns) as string[] }];
    }),
  );
}

const isSameRow = (shapes: ReadonlyMap<number, Shape>, a: Stored, b: Stored): boolean =>
  a.rowKey === b.rowKey && shapes.get(a.shape)?.table === shapes.get(b.shape)?.table;

function* rowsOf(shapes: ReadonlyMap<number, Shape>, stored: readonly Stored[]): Generator<Written> {
  for (let i = 0; i < stored.length;) {
    const first = stored[i]!;
    const { table } = shapes.get(first.shape)!;
    const writes: Write[] = [];
    for (; i < stored.length && isSameRow(shapes, stored[i]!, first); i += 1) {
      const { record, run, shape, hash, before, after } = stored[i]!;
      const { operation, columns } = shapes.get(shape)!;
      writes.push({
        record,
        run,
        operation,
        columns,
        hash,
        before: before === null ? null : valuesFromJson(before),
        after: after === null ? null : valuesFromJson(after),
      });
    }
    yield { table, key: valuesFromJson(first.rowKey), writes };
  }
}

/** What the target has of the rows: one query a table and kind of key. */
async function readRows(
  loader: WrittenWork["rows"],
  rows: readonly Written[],
): Promise<ReadonlyMap<Written, TargetRow>> {
  const current = new Map<Written, TargetRow>();
  const groups = groupBy(rows, ({ table, key }) => `${table.name} ${Object.keys(key).join(" ")}`);
  for (const group of groups.values()) {
    const { table, key } = group[0]!;
    const by = Object.keys(key);
    const columns = new Set<string>();
    const lists = new Set(group.flatMap(({ writes }) => writes.map((write) => write.columns)));
    for (const list of lists) for (const column of list) columns.add(column);
    const keys = group.map((row) => row.key);
    const found = await findRows(loader, table, by, keys, [...columns]);
    for (const row of group) {
      const there = found.get(keyText(table, by, row.key));
      if (there !== undefined) current.set(row, there);
    }
  }
  return current;
}

/** A key of many columns is all the row holds: that is not told. */
function told({ table, key }: Written): string {
  const columns = Object.entries(key);
  if (columns.length > 4) return table.table;
  return `${table.table} ${columns.map(([name, value]) => `${name}=${String(value)}`).join(" ")}`;
}

/**
 * Looks for every row that was written and still stands: it has to be there, with what was last written.
 * The mappings that read a target back see only what has a place in a canonical record; what else
 * a load makes, such as the contexts and criteria a target needs, is seen here. The findings are
 * kept for `applyFindings`.
 */
export async function checkWritten({ ledger, system, rows, onPage }: WrittenWork): Promise<void> {
  const { db } = ledger;
  db.exec(scratch);
  const total = db.prepare("SELECT COUNT(*) FROM temp.standing_write").pluck().get() as number;
  const page = db.prepare(
    `SELECT o.seq, w.record, b.run, w.shape, w.rowKey, w.hash, w.before, w.after
     FROM temp.standing_write o JOIN written w ON w.id = o.id JOIN batch b ON b.id = w.batch
     WHERE o.seq > ? ORDER BY o.seq LIMIT ?`,
  );
  const shapes = shapesOf(ledger, system);
  const madeAgain = db.prepare(
    `SELECT 1 FROM written w JOIN batch b ON b.id = w.batch JOIN shape s ON s.id = w.shape
     WHERE w.record = ? AND s."table" = ? AND s.operation = 'insert' AND b.state = 'done' AND b.run > ?`,
  );
  const keep = db.prepare('INSERT INTO temp.row_finding (record, rule, "row", found) VALUES (?, ?, ?, ?)');
  const isMadeAgain = (table: TableSpec, { record, run }: Write): boolean =>
    madeAgain.get(record, table.name, run) !== undefined;
  let rest: Stored[] = [];
  for (let after = 0; after < total;) {
    const stored = [...rest, ...(page.all(after, pageSize) as Stored[])];
    const last = stored.at(-1)!;
    after = last.seq;
    const cut = after >= total ? stored.length : stored.findIndex((write) => isSameRow(shapes, write, last));
    rest = stored.slice(cut);
    const written = [...rowsOf(shapes, stored.slice(0, cut))];
    const current = await readRows(rows, written);
    ledger.transaction(() => {
      for (const row of written) {
        const { table } = row;
        const write = row.writes.at(-1)!;
        const is = current.get(row);
        if (is === undefined) {
          // A later run may have made the row anew, with an id of its own.
          if (isMadeAgain(table, write)) continue;
          keep.run(write.record, `a row written to ${table.table} is gone`, told(row), "gone");
          continue;
        }
        const { changed, columns } = judge(table, row.writes, is);
        if (!changed) continue;
        const which = columns.length === 0 ? "" : `: ${columns.join(", ")}`;
        keep.run(write.record, `a row written to ${table.table} was changed${which}`, told(row), "changed");
      }
    });
    await onPage(after, total);
  }
}
