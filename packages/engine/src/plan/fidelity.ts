import { filledFields, type Ledger } from "@cutover/ledger";
import type { FieldFidelity } from "@cutover/mapping";
import type { EntityName } from "@cutover/model";
import { outboundOf, type Target } from "../target.js";

/** What a target does with one canonical field, and how many records have a value in it. */
export interface FidelityOf extends FieldFidelity {
  readonly mapping: string;
  readonly entity: EntityName;
  readonly field: string;
  /** Records of the plan that have a value in the field. */
  readonly values: number;
}

/** Field by field what would be kept, overwritten or lost, with how much it concerns. */
export function fidelityOf(ledger: Ledger, target: Target, entity: EntityName): readonly FidelityOf[] {
  return outboundOf(target, entity).flatMap(({ id, mapping }) => {
    const fields = [...mapping.fidelity.keys()];
    const filled = filledFields(ledger, entity).filter((field) => mapping.fidelity.has(field));
    const counts =
      filled.length === 0
        ? []
        : (ledger.db
            .prepare(
              `SELECT ${filled.map((field) => `COUNT(e."${field}")`).join(", ")}
         FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
         WHERE r.gone IS NULL AND r.outbound = ?
           AND r.disposition IN ('created', 'updated', 'unchanged')`,
            )
            .raw()
            .get(id) as number[]);
    return fields.map((field) => ({
      mapping: mapping.name,
      entity,
      field,
      ...mapping.fidelity.get(field)!,
      values: counts[filled.indexOf(field)] ?? 0,
    }));
  });
}
