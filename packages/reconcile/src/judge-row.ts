import { hashOfRow, sameInTarget, type TargetRow } from "@cutover/intake";
import type { TableSpec, TargetValue } from "@cutover/model";

type Values = Readonly<Record<string, TargetValue>>;

/** One write to a row of the target, as the ledger remembers it. */
export interface Write {
  readonly record: number;
  readonly run: number;
  readonly operation: "insert" | "update";
  /** Written columns; for an insert in the order they were hashed. */
  readonly columns: readonly string[];
  readonly hash: Buffer | null;
  readonly before: Values | null;
  readonly after: Values | null;
}

export interface Judgement {
  readonly changed: boolean;
  /** The changed columns, as far as they can be told: of what was made only a hash is kept. */
  readonly columns: readonly string[];
}

/**
 * Whether a row is as its writes, the oldest first, left it: changed columns have to hold what was
 * written last, and with what they had before, the row has to be what was made.
 */
export function judge(table: TableSpec, writes: readonly Write[], current: TargetRow): Judgement {
  const [only] = writes;
  if (writes.length === 1 && only?.hash !== null && only?.after === null) {
    // Most rows are made and never touched again.
    return { changed: !hashOfRow(table, only.columns, current).equals(only.hash), columns: [] };
  }
  // A row that was made again starts anew.
  const standing = writes.slice(
    Math.max(
      0,
      writes.findLastIndex(({ operation }) => operation === "insert"),
    ),
  );
  const last: Record<string, TargetValue> = {};
  const first: Record<string, TargetValue> = {};
  for (const { before, after } of standing) {
    for (const [column, value] of Object.entries(before ?? {})) if (!(column in first)) first[column] = value;
    Object.assign(last, after);
  }
  const columns = Object.keys(last).filter(
    (column) => !sameInTarget(table, column, last[column]!, current[column] ?? null),
  );
  if (columns.length > 0) return { changed: true, columns };
  const [made] = standing;
  if (made === undefined || made.hash === null) return { changed: false, columns };
  const isAsMade = hashOfRow(table, made.columns, { ...current, ...first }).equals(made.hash);
  // Between runs others may have changed what the later run then wrote over: the last write decides.
  const isOfOneRun = standing.every(({ run }) => run === made.run);
  return { changed: !isAsMade && isOfOneRun, columns };
}
