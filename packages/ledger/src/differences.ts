import type { EntityName, Verdict } from "@cutover/model";
import { bulkInsert, type InsertedRow } from "./bulk-insert.js";
import type { Ledger } from "./ledger.js";

/** How a record, or one field of it, was found not to be equal. */
export interface NewDifference {
  readonly verdict: Exclude<Verdict, "equal">;
  readonly record: number | null;
  /** Only where there is no record. */
  readonly targetKey?: string | null;
  readonly field?: string | null;
  /** What explains it, or what is wrong with it. */
  readonly rule?: string | null;
  readonly source?: string | null;
  readonly projected?: string | null;
  readonly target?: string | null;
}

const columns = ["reconciliation", "kind", "record", "targetKey", "source", "projected", "target"];

/** A function that notes differences of an entity's records. Call it inside large transactions. */
export function differenceWriter(
  ledger: Ledger,
  reconciliation: number,
  entity: EntityName,
): (differences: readonly NewDifference[]) => void {
  const insert = bulkInsert(ledger, "difference_row", columns);
  const find = ledger.db
    .prepare("SELECT id FROM difference_kind WHERE entity = ? AND verdict = ? AND field IS ? AND rule IS ?")
    .pluck();
  const make = ledger.db.prepare(
    "INSERT INTO difference_kind (entity, verdict, field, rule) VALUES (?, ?, ?, ?)",
  );
  const kinds = new Map<string, number>();
  const kindOf = ({ verdict, field = null, rule = null }: NewDifference): number => {
    const name = `${verdict} ${field ?? ""} ${rule ?? ""}`;
    const known = kinds.get(name);
    if (known !== undefined) return known;
    const found = find.get(entity, verdict, field, rule) as number | undefined;
    const kind = found ?? Number(make.run(entity, verdict, field, rule).lastInsertRowid);
    kinds.set(name, kind);
    return kind;
  };
  const row = (difference: NewDifference): InsertedRow => {
    const { record, targetKey = null, source = null, projected = null, target = null } = difference;
    return [reconciliation, kindOf(difference), record, targetKey, source, projected, target];
  };
  return (differences) => void insert(differences.map(row));
}
