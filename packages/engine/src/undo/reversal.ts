import type { Delete, Loader, Update } from "@cutover/model";
import { sameInTarget, valuesToJson } from "../load/target-values.js";
import type { TargetRow } from "../load/lookup.js";
import type { RememberedRow } from "../written-rows.js";
import { HangersOn } from "./hangers-on.js";
import type { Surroundings } from "./surroundings.js";

/** A target row that undo left as it is, and why. */
export interface Kept {
  readonly record: number;
  readonly table: string;
  readonly operation: "insert" | "update";
  /** JSON of the id or natural key. */
  readonly rowKey: string;
  readonly why: string;
}

/** What takes a batch back. */
export interface Reversal {
  readonly updates: readonly Update[];
  readonly deletes: readonly Delete[];
  readonly kept: readonly Kept[];
  /** Changed rows that hold what they held before, though this attempt did nothing: an interrupted one did. */
  readonly restoredBefore: number;
}

const keep = ({ record, table, operation, key }: RememberedRow, why: string): Kept => ({
  record,
  table: table.name,
  operation,
  rowKey: valuesToJson(key),
  why,
});

/** Restores the columns that still hold what was written; tells of those that hold something else. */
function restore(
  row: RememberedRow,
  current: TargetRow,
): { update: Update | null; kept: Kept | null; restoredBefore: boolean } {
  const before = row.before!;
  const after = row.after!;
  const is = (image: typeof before, column: string): boolean =>
    sameInTarget(row.table, column, image[column]!, current[column] ?? null);
  const ours = Object.keys(after).filter((column) => is(after, column) && !is(before, column));
  const foreign = Object.keys(after).filter((column) => !is(after, column) && !is(before, column));
  const set = Object.fromEntries(ours.map((column) => [column, before[column]!]));
  const restoredBefore =
    ours.length === 0 && Object.keys(after).some((column) => is(before, column) && !is(after, column));
  return {
    restoredBefore,
    update: ours.length === 0 ? null : { table: row.table, where: row.key, set },
    kept: foreign.length === 0 ? null : keep(row, `changed since: ${foreign.join(", ")}`),
  };
}

/**
 * Works out how to take a batch back, newest row first. A row that is gone needs nothing: an earlier,
 * interrupted attempt deleted it, or somebody did. A row that was changed since, or on which something
 * foreign hangs, stays.
 */
export async function reversalOf(
  loader: Loader,
  surroundings: Surroundings,
  rows: readonly RememberedRow[],
): Promise<Reversal> {
  const current = await surroundings.current(rows);
  const hangersOn = await HangersOn.read(loader, surroundings, rows);
  const updates: Update[] = [];
  const deletes: Delete[] = [];
  const kept: Kept[] = [];
  let restoredBefore = 0;
  for (const row of rows) {
    const now = current.get(row);
    if (now === undefined) continue;
    if (row.operation === "update") {
      const restored = restore(row, now);
      if (restored.update !== null) {
        updates.push(restored.update);
        hangersOn.lets(row, Object.keys(restored.update.set));
      }
      if (restored.restoredBefore) restoredBefore += 1;
      if (restored.kept !== null) kept.push(restored.kept);
      continue;
    }
    const holding = hangersOn.holding(row);
    const changed = surroundings.changed(row, now);
    if (changed !== null) kept.push(keep(row, changed));
    else if (holding !== null) kept.push(keep(row, `something hangs on it: ${holding}`));
    else {
      deletes.push({ table: row.table, where: row.key });
      hangersOn.leaves(row);
    }
  }
  return { updates, deletes, kept, restoredBefore };
}
