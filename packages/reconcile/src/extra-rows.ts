import type { Ledger } from "@cutover/ledger";
import type { System } from "@cutover/mapping";
import { entityNames, type EntityName, type Loader, type TableSpec } from "@cutover/model";

/** A table with more rows than it had and were written to it. */
export interface ExtraRows {
  readonly entity: EntityName;
  readonly table: string;
  readonly rows: number;
}

/** Rows that loads made in each of some tables and that still stand. */
function madeRows({ db }: Ledger, since: number, tables: readonly TableSpec[]): ReadonlyMap<string, number> {
  if (tables.length === 0) return new Map();
  const made = db
    .prepare(
      `SELECT s."table", SUM(m.rows) FROM (
         SELECT w.shape, COUNT(*) AS rows FROM batch b CROSS JOIN written w ON w.batch = b.id
         WHERE b.run >= ? AND b.state = 'done' GROUP BY w.shape
       ) m JOIN shape s ON s.id = m.shape WHERE s.operation = 'insert' GROUP BY 1`,
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
  const own = new Set(system.outbound.map(({ primary }) => primary.table));
  const others = [...new Set(system.outbound.flatMap(({ tables }) => tables))].filter(
    (table) => counts[table.name] !== undefined && !own.has(table),
  );
  const made = madeRows(ledger, run, others);
  const extra: ExtraRows[] = [];
  for (const table of others) {
    const rows = (await loader.count(table)) - counts[table.name]! - (made.get(table.name) ?? 0);
    if (rows <= 0) continue;
    const writers = system.outbound.filter(({ tables }) => tables.includes(table));
    const entity = entityNames.find((name) => writers.some((mapping) => mapping.entity === name))!;
    extra.push({ entity, table: table.table, rows });
  }
  return extra;
}
