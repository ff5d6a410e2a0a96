import { findRows, keyOfStored, keyText, valuesFromJson, type Key, type TargetRow } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import type { Loader, TableSpec } from "@cutover/model";
import { judge, type Write } from "./judge-row.js";
import { shapeFinder, type Declared, type Shape } from "./shapes.js";
import type { StoredKey } from "./standing-writes.js";
import type { Suspect } from "./written-rows.js";

/** A target row that is not as the last write left it. */
export interface RowFinding {
  readonly record: number;
  /** What is wrong, the same for all rows of a table that it is wrong with. */
  readonly rule: string;
  /** The table and the key of the row. */
  readonly row: string;
  readonly found: "gone" | "changed";
}

/** Makes the scratch table of what is found wrong, empty. */
export function openFindings({ db }: Ledger): void {
  db.exec(`
    DROP TABLE IF EXISTS temp.row_finding;
    CREATE TEMP TABLE row_finding (record INTEGER NOT NULL, rule TEXT NOT NULL, "row" TEXT NOT NULL, found TEXT NOT NULL, "table" TEXT NOT NULL, run INTEGER NOT NULL);
    CREATE INDEX temp.row_finding_record ON row_finding (record)`);
}

interface Stored {
  readonly seq: number;
  readonly record: number;
  readonly run: number;
  readonly shape: number;
  readonly rowKey: StoredKey;
  readonly hash: Buffer | null;
  readonly before: string | null;
  readonly after: string | null;
}

/** One row of the target with all that was written to it and still stands, the oldest first. */
interface Written {
  readonly table: TableSpec;
  readonly key: Key;
  readonly writes: readonly Write[];
}

/** Writes a page; a row's writes are never torn apart. */
const pageSize = 4000;

/** Suspects that are noted together. */
const atOnce = 5000;

/** Rows of the target that have to be judged by all that was written to them. Findings are kept for `applyFindings`. */
export class Suspects {
  readonly #ledger: Ledger;
  readonly #shapeOf: (id: number) => Shape;
  readonly #note;
  #waiting: [kind: number, key: StoredKey][] = [];

  constructor(ledger: Ledger, system: Declared) {
    this.#ledger = ledger;
    this.#shapeOf = shapeFinder(ledger, system);
    ledger.db.exec(`
      DROP TABLE IF EXISTS temp.suspect;
      CREATE TEMP TABLE suspect (kind INTEGER NOT NULL, rowKey ANY NOT NULL, PRIMARY KEY (kind, rowKey)) STRICT, WITHOUT ROWID`);
    this.#note = ledger.db.prepare("INSERT OR IGNORE INTO temp.suspect VALUES (?, ?)");
  }

  add(suspects: readonly Suspect[]): void {
    for (const [shape, key] of suspects) this.#waiting.push([this.#shapeOf(shape).kind, key]);
    if (this.#waiting.length >= atOnce) this.#write();
  }

  #write(): void {
    this.#ledger.transaction(() => {
      for (const [kind, key] of this.#waiting) this.#note.run(kind, key);
    });
    this.#waiting = [];
  }

  /** Puts all writes to suspects into the order of rows, and counts them. */
  #gather(): number {
    const { db } = this.#ledger;
    const one = db.prepare("SELECT 1 FROM temp.suspect LIMIT 1");
    if (one.get() === undefined) return 0;
    db.exec(`
      DROP TABLE IF EXISTS temp.shape_kind;
      DROP TABLE IF EXISTS temp.suspect_write;
      CREATE TEMP TABLE shape_kind (shape INTEGER PRIMARY KEY, kind INTEGER NOT NULL);
      CREATE TEMP TABLE suspect_write (seq INTEGER PRIMARY KEY, batch INTEGER NOT NULL, n INTEGER NOT NULL)`);
    const ids = db.prepare(standingShapes).pluck().all() as number[];
    const note = db.prepare("INSERT INTO temp.shape_kind VALUES (?, ?)");
    for (const id of ids) note.run(id, this.#shapeOf(id).kind);
    return db
      .prepare(
        `INSERT INTO temp.suspect_write (batch, n)
         SELECT w.batch, w.n FROM written w JOIN batch b ON b.id = w.batch
         JOIN temp.shape_kind k ON k.shape = w.shape
         JOIN temp.suspect s ON s.kind = k.kind AND s.rowKey = w.rowKey
         WHERE b.state = 'done' ORDER BY k.kind, w.rowKey, w.batch, w.n`,
      )
      .run().changes;
  }

  /** Judges them, and keeps what is wrong as findings. */
  async judge(rows: Pick<Loader, "find">, onPage: (done: number) => Promise<void>): Promise<void> {
    this.#write();
    const { db } = this.#ledger;
    const total = this.#gather();
    if (total === 0) return;
    const page = db.prepare(
      `SELECT o.seq, w.record, b.run, w.shape, w.rowKey, w.hash, w.before, w.after
       FROM temp.suspect_write o JOIN written w ON w.batch = o.batch AND w.n = o.n JOIN batch b ON b.id = w.batch
       WHERE o.seq > ? ORDER BY o.seq LIMIT ?`,
    );
    let rest: Stored[] = [];
    for (let after = 0; after < total;) {
      const stored = [...rest, ...(page.all(after, pageSize) as Stored[])];
      const last = stored.at(-1)!;
      after = last.seq;
      const cut = after >= total ? stored.length : stored.findIndex((write) => this.#isSameRow(write, last));
      rest = stored.slice(cut);
      const written = [...this.#rowsOf(stored.slice(0, cut))];
      const current = await readRows(rows, written);
      this.#ledger.transaction(() => {
        for (const row of written) this.#keep(row, current.get(row));
      });
      await onPage(after);
    }
    this.#forgetMadeAgain();
  }

  #isSameRow(a: Stored, b: Stored): boolean {
    return (
      a.rowKey === b.rowKey &&
      (a.shape === b.shape || this.#shapeOf(a.shape).kind === this.#shapeOf(b.shape).kind)
    );
  }

  *#rowsOf(stored: readonly Stored[]): Generator<Written> {
    for (let i = 0; i < stored.length;) {
      const first = stored[i]!;
      const { table, key } = this.#shapeOf(first.shape);
      const writes: Write[] = [];
      for (; i < stored.length && this.#isSameRow(stored[i]!, first); i += 1) {
        const { record, run, shape, hash, before, after } = stored[i]!;
        const { operation, columns } = this.#shapeOf(shape);
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
      yield { table, key: keyOfStored(key, first.rowKey), writes };
    }
  }

  #keep(row: Written, is: TargetRow | undefined): void {
    const { table, writes } = row;
    const { record, run } = writes.at(-1)!;
    const keep = this.#ledger.prepared(
      'INSERT INTO temp.row_finding (record, rule, "row", found, "table", run) VALUES (?, ?, ?, ?, ?, ?)',
    );
    const told = tell(row);
    if (is === undefined) {
      keep.run(record, `a row written to ${table.table} is gone`, told, "gone", table.name, run);
      return;
    }
    const { changed, columns } = judge(table, writes, is);
    if (!changed) return;
    const which = columns.length === 0 ? "" : `: ${columns.join(", ")}`;
    keep.run(record, `a row written to ${table.table} was changed${which}`, told, "changed", table.name, run);
  }

  /** A later run may have made a row anew that is gone, with an id of its own. */
  #forgetMadeAgain(): void {
    this.#ledger.db.exec(`
      DROP TABLE IF EXISTS temp.made_last;
      CREATE TEMP TABLE made_last AS
        SELECT w.record, s."table", max(b.run) AS run
        FROM written w JOIN batch b ON b.id = w.batch JOIN shape s ON s.id = w.shape
        WHERE s.operation = 'insert' AND b.state = 'done'
          AND w.record IN (SELECT record FROM temp.row_finding WHERE found = 'gone')
        GROUP BY w.record, s."table";
      CREATE INDEX temp.made_last_of ON made_last (record, "table");
      DELETE FROM temp.row_finding WHERE found = 'gone' AND run < (
        SELECT m.run FROM temp.made_last m
        WHERE m.record = row_finding.record AND m."table" = row_finding."table")`);
  }
}

/** Shapes of writes that still stand. */
const standingShapes =
  "SELECT DISTINCT w.shape FROM written w JOIN batch b ON b.id = w.batch WHERE b.state = 'done'";

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

/** What the target has of the rows: one query a table and kind of key. */
async function readRows(
  loader: Pick<Loader, "find">,
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
function tell({ table, key }: Written): string {
  const columns = Object.entries(key);
  if (columns.length > 4) return table.table;
  return `${table.table} ${columns.map(([name, value]) => `${name}=${String(value)}`).join(" ")}`;
}
