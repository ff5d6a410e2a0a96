import type { Ledger } from "@cutover/ledger";
import type { System } from "@cutover/mapping";
import { entityNames, type EntityName, type Loader } from "@cutover/model";

/** A table with more rows than it had and were written to it. */
export interface ExtraRows {
  readonly entity: EntityName;
  readonly table: string;
  readonly rows: number;
}

/** Rows that loads made and that still stand, by table. */
function madeRows({ db }: Ledger, since: number): ReadonlyMap<string, number> {
  const made = db
    .prepare(
      `SELECT s."table", COUNT(*) FROM batch b JOIN written w ON w.batch = b.id JOIN shape s ON s.id = w.shape
       WHERE b.run >= ? AND b.state = 'done' AND s.operation = 'insert' GROUP BY 1`,
    )
    .raw()
    .all(since) as [string, number][];
  return new Map(made);
}

/**
 * Counts the tables a run may have written and that no record is read back from: rows that neither were
 * there when it began nor were written since were added by somebody else, a trigger perhaps. The rows of
 * records themselves are found one by one.
 */
export async function findExtraRows(
  ledger: Ledger,
  system: System,
  loader: Pick<Loader, "count">,
  run: number,
): Promise<readonly ExtraRows[]> {
  const body = ledger.db
    .prepare("SELECT body FROM event WHERE kind = 'tables-counted' AND run = ?")
    .pluck()
    .get(run) as string | undefined;
  if (body === undefined || loader.count === undefined) return [];
  const { counts } = JSON.parse(body) as { readonly counts: Readonly<Record<string, number>> };
  const made = madeRows(ledger, run);
  const own = new Set(system.outbound.map(({ primary }) => primary.table));
  const extra: ExtraRows[] = [];
  for (const table of new Set(system.outbound.flatMap(({ tables }) => tables))) {
    const before = counts[table.name];
    if (before === undefined || own.has(table)) continue;
    const rows = (await loader.count(table)) - before - (made.get(table.name) ?? 0);
    if (rows <= 0) continue;
    const writers = system.outbound.filter(({ tables }) => tables.includes(table));
    const entity = entityNames.find((name) => writers.some((mapping) => mapping.entity === name))!;
    extra.push({ entity, table: table.table, rows });
  }
  return extra;
}
