import type { Ledger } from "@cutover/ledger";
import type { Target } from "../target.js";

/**
 * Once a run, before it writes anything: how many rows the tables have that it may write. What a trigger
 * adds to a table that no mapping reads back can only be told by counting again when reconciling.
 */
export async function countTables(ledger: Ledger, { loader, side }: Target, run: number): Promise<void> {
  if (loader.count === undefined) return;
  const counted = ledger.db.prepare("SELECT 1 FROM event WHERE kind = 'tables-counted' AND run = ?");
  if (counted.get(run) !== undefined) return;
  const written = new Set(side.system.outbound.flatMap(({ tables }) => tables));
  const counts: Record<string, number> = {};
  for (const table of written) counts[table.name] = await loader.count(table);
  ledger.append("tables-counted", { counts }, run);
}
