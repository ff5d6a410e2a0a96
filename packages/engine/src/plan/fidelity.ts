import { isSoftReference, lostReferenceRule } from "@cutover/intake";
import { filledFields, type Ledger } from "@cutover/ledger";
import type { FieldFidelity } from "@cutover/mapping";
import { entities, type EntityName } from "@cutover/model";
import { outboundOf, type Target } from "../target.js";

/** What a target does with one canonical field, and how many records have a value in it. */
export interface FidelityOf extends FieldFidelity {
  readonly mapping: string;
  readonly entity: EntityName;
  readonly field: string;
  /** Records of the plan that have a value in the field. */
  readonly values: number;
  /** Of these, records whose value the target will not have. */
  readonly lost: number;
}

const ends = "('created', 'updated', 'unchanged')";

/** Records that will go on without a reference, since what it refers to is not in the target. */
function lostReferences({ db }: Ledger, entity: EntityName, field: string, outbound: number): number {
  return db
    .prepare(
      `SELECT COUNT(*) FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
         LEFT JOIN record c ON c.id = e."${field}Id" LEFT JOIN record t ON t.id = coalesce(c.canonical, c.id)
       WHERE r.gone IS NULL AND r.outbound = ? AND r.disposition IN ${ends} AND e."${field}" IS NOT NULL
         AND (t.id IS NULL OR (t.targetKey IS NULL AND coalesce(t.disposition, '') NOT IN ${ends}))`,
    )
    .pluck()
    .get(outbound) as number;
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
           AND r.disposition IN ${ends}`,
            )
            .raw()
            .get(id) as number[]);
    return fields.map((field) => {
      const declared = mapping.fidelity.get(field)!;
      const values = counts[filled.indexOf(field)] ?? 0;
      const isReference = entities[entity].fields[field]!.kind === "ref" && isSoftReference(entity, field);
      const lost =
        declared.fidelity !== "kept"
          ? values
          : values > 0 && isReference
            ? lostReferences(ledger, entity, field, id)
            : 0;
      const because = declared.because ?? (lost > 0 ? lostReferenceRule : null);
      return { mapping: mapping.name, entity, field, ...declared, because, values, lost };
    });
  });
}
