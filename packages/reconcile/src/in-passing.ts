import { byExtract, type Side } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import type { ExtractSpec } from "@cutover/model";
import type { Part } from "./parts.js";
import { shapeFinder, type Shape } from "./shapes.js";
import { atOnce, type Writes } from "./standing-writes.js";

/** Written rows that are looked for among the rows of an extract, while these are read for something else. */
export interface InPassing {
  readonly extract: string;
  /** In the order of writing, which is that of the rows. */
  readonly writes: readonly Writes[];
}

/** Whether rows of the extract are rows of the shape's table with all that was written, in the same form. */
function shows({ key, columns }: ExtractSpec, shape: Shape): boolean {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  const declared = new Map(shape.table.columns.map(({ name, type }) => [name, type]));
  const isNumbered = key.length === 1 && shape.key.length === 1 && shape.key[0] === key[0];
  return (
    isNumbered &&
    types.get(key[0]!) === "integer" &&
    [...shape.columns, ...shape.key].every(
      (name) => types.has(name) && types.get(name) === declared.get(name),
    )
  );
}

/** A batch, and the keys of the first and the last row that it wrote as a shape says. */
type Ends = readonly [batch: number, records: number, first: unknown, last: unknown];

/** What was written as a shape says, batch after batch with greater keys. */
function rising(ledger: Ledger, { entity, range }: Part, shape: number): readonly Writes[] {
  const end = (order: "ASC" | "DESC"): string =>
    `(SELECT rowKey FROM written WHERE batch = b.id AND shape = ? ORDER BY n ${order} LIMIT 1)`;
  const ends = ledger.db
    .prepare(
      `SELECT b.id, b.records, ${end("ASC")}, ${end("DESC")} FROM batch b
       WHERE b.state = 'done' AND b.entity = ? ORDER BY b.id`,
    )
    .raw()
    .all(shape, shape, entity) as Ends[];
  let above = range?.above ?? -Infinity;
  const upto = range?.upto ?? Infinity;
  const writes: { shape: number; batches: number[]; records: number }[] = [];
  for (const [batch, records, first, last] of ends) {
    if (typeof first !== "number" || typeof last !== "number") continue;
    if (first <= above || last < first || last > upto) continue;
    above = last;
    const some = writes.at(-1);
    if (some === undefined || some.records + records > atOnce)
      writes.push({ shape, batches: [batch], records });
    else {
      some.batches.push(batch);
      some.records += records;
    }
  }
  return writes.map(({ batches }) => ({ shape, batches }));
}

/**
 * What of the written rows will come by when a part of the target is read: those of tables that an extract reads
 * as they lie there, as far as they were made in the order in which they are read. Whatever does not meet its row
 * there is looked for as all others are, so a wrong guess costs time and nothing else.
 */
export function inPassing(ledger: Ledger, { system, extractor }: Side, part: Part): readonly InPassing[] {
  const shapeOf = shapeFinder(ledger, system);
  const find = ledger.db
    .prepare(
      `SELECT id FROM shape WHERE operation = 'insert' AND "table" IN (SELECT value FROM json_each(?))`,
    )
    .pluck();
  return [...byExtract(system, [part.entity]).keys()].map((extract) => {
    const read = extractor.tableOf?.(extract) ?? null;
    const names = system.tables.filter(({ table }) => table === read).map(({ name }) => name);
    const shapes = (find.all(JSON.stringify(names)) as number[]).filter((id) => shows(extract, shapeOf(id)));
    return { extract: extract.name, writes: shapes.flatMap((shape) => rising(ledger, part, shape)) };
  });
}
