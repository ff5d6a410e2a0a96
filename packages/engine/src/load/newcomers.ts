import { outgoing } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import { closeCandidates, openCandidates } from "../match/candidates.js";
import { insertTargetKeys, keyOf, placesOf, targetKeys } from "../match/target-keys.js";
import type { MatchPolicy } from "../policy.js";
import { outboundOf, type Target } from "../target.js";

/** What is in the target now, and was not there in this form when the plan was made; nor is it anybody's counterpart. */
const isNew = (entity: EntityName): string => `
  NOT EXISTS (SELECT 1 FROM "before_${entity}" b WHERE b.key = t.key AND b.hash = t.hash)
  AND key NOT IN (SELECT r.targetKey FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
    WHERE r.targetKey IS NOT NULL)`;

/**
 * Records the plan creates for which the target has a counterpart by now: somebody made it there in the
 * meantime. They are recognized by the keys that the plan recognizes by; where nothing new came to the
 * target, no record is looked at. The target has just been read as `after`.
 */
export function arrivedInTarget(
  ledger: Ledger,
  entity: EntityName,
  target: Target,
  policy: MatchPolicy,
): readonly number[] {
  const { db } = ledger;
  const anything = db.prepare(`SELECT 1 FROM "after_${entity}" t WHERE ${isNew(entity)} LIMIT 1`);
  if (anything.get() === undefined) return [];
  const mappings = outboundOf(target, entity);
  const keys = targetKeys(entity, mappings, policy);
  const places = placesOf(keys, mappings);
  openCandidates(db);
  insertTargetKeys(db, entity, keys, { moment: "after", where: isNew(entity) });
  db.exec("CREATE INDEX temp.sought_value ON sought (no, value)");
  const sought = db.prepare("SELECT 1 FROM temp.sought WHERE no = ? AND value = ? LIMIT 1");
  const arrived: number[] = [];
  for (const outbound of mappings) {
    for (const page of outgoing(ledger, entity, { dispositions: ["created"], outbound: outbound.id })) {
      for (const { id, out } of page) {
        const { record } = outbound.mapping.project(out);
        const isThere = places.get(outbound)!.some((place) => {
          const value = keyOf(keys[place]!.key, record);
          return value !== null && sought.get(place, value) !== undefined;
        });
        if (isThere) arrived.push(id);
      }
    }
  }
  closeCandidates(db);
  return arrived;
}
