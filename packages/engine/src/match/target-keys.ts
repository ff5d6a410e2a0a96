import type { Ledger, Moment } from "@cutover/ledger";
import type { CanonicalRecord, EntityName } from "@cutover/model";
import { keysOf, type MatchKey, type MatchPolicy } from "../policy.js";
import type { Outbound } from "../target.js";
import { compositeKey } from "./normalize.js";

/** A key that the records of one outbound mapping are recognized by in the target. */
export interface TargetKey {
  readonly key: MatchKey;
  readonly outbound: Outbound;
}

/**
 * The keys that records are recognized by, mapping by mapping; where the target keeps one record for each
 * value of some fields, these are the key. Each mapping has its own, for it may only be led to records that
 * it can write: what has the same name and is another kind of thing is no counterpart.
 */
export const targetKeys = (
  entity: EntityName,
  mappings: readonly Outbound[],
  policy: MatchPolicy,
): readonly TargetKey[] =>
  mappings.flatMap((outbound) => {
    const by = outbound.mapping.cardinality?.by;
    const keys = by === undefined ? keysOf(policy, entity) : [{ fields: by }];
    return keys.map((key) => ({ key, outbound }));
  });

/** The places in `keys` of those that a mapping's records have. */
export const placesOf = (
  keys: readonly TargetKey[],
  mappings: readonly Outbound[],
): ReadonlyMap<Outbound, readonly number[]> =>
  new Map(
    mappings.map((outbound) => [
      outbound,
      keys.flatMap((key, place) => (key.outbound === outbound ? [place] : [])),
    ]),
  );

/** A record's key as text; null where it lacks a part, or is told apart by a stronger one. */
export function keyOf(key: MatchKey, record: CanonicalRecord): string | null {
  if ((key.unless ?? []).some((field) => (record[field] ?? null) !== null)) return null;
  const parts = [...key.fields, ...(key.optional ?? [])].map((field) => record[field]);
  return compositeKey(parts, key.fields.length);
}

/** Fills `temp.sought` with the keys of the target's records that `where` (over `t`) lets in. */
export function insertTargetKeys(
  db: Ledger["db"],
  entity: EntityName,
  keys: readonly TargetKey[],
  { moment, where }: { readonly moment: Moment; readonly where: string },
): void {
  db.function("is_written_by", { deterministic: true }, (no: unknown, key: unknown) =>
    keys[Number(no)]!.outbound.mapping.writesTo(String(key)) ? 1 : 0,
  );
  keys.forEach(({ key }, no) => {
    const parts = [...key.fields, ...(key.optional ?? [])].map((field) => `"${field}"`);
    db.exec(`
      INSERT INTO temp.sought (id, no, value)
      SELECT key, ${no}, value FROM (
        SELECT key, match_key(${key.fields.length}, ${parts.join(", ")}) AS value
        FROM "${moment}_${entity}" t WHERE ${where}) WHERE value IS NOT NULL AND is_written_by(${no}, key)`);
  });
}
