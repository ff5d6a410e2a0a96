import type { Outgoing } from "@cutover/mapping";
import { entities, entityNames, fieldNames, type EntityName } from "@cutover/model";
import { softReferences } from "./check/rules.js";

/** Whether a record can be in the target without the reference: a person without their manager, a completion never without its course. */
export const isSoftReference = (entity: EntityName, field: string): boolean =>
  softReferences.has(`${entity}.${field}`);

/** What explains that a reference does not read back. */
export const lostReferenceRule = "What it refers to is not in the target.";

export interface WithoutLost {
  readonly out: Outgoing;
  /** Fields that were taken out. */
  readonly lost: readonly string[];
}

const softFields = new Map<EntityName, readonly string[]>(
  entityNames.map((entity) => [
    entity,
    fieldNames(entity).filter(
      (name) => entities[entity].fields[name]!.kind === "ref" && isSoftReference(entity, name),
    ),
  ]),
);

const none: readonly string[] = [];

/**
 * A record without those soft references that lead to nothing in the target: that is how it is written,
 * and how it is expected to read back. `isLost` is asked about references without a target key.
 */
export function withoutLostReferences(
  entity: EntityName,
  out: Outgoing,
  isLost: (field: string) => boolean = () => true,
): WithoutLost {
  let lost: string[] | null = null;
  for (const field of softFields.get(entity)!) {
    if ((out.record[field] ?? null) === null || (out.targetKeys[field] ?? null) !== null) continue;
    if (isLost(field)) (lost ??= []).push(field);
  }
  if (lost === null) return { out, lost: none };
  const record = { ...out.record, ...Object.fromEntries(lost.map((field) => [field, null])) };
  return { out: { record, targetKeys: out.targetKeys }, lost };
}
