import { isSoftReference, outgoing } from "@cutover/intake";
import { issueWriter, type Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import type { Outbound } from "../target.js";
import type { LostReference, PlannedKeys, PlannedRecord } from "./planned-keys.js";

/** A record with the outbound mapping that takes it. */
export interface Chosen extends PlannedRecord {
  readonly id: number;
  readonly targetKey: string | null;
  readonly outbound: Outbound;
}

/** Tells of lost references, unless the check did: without an essential one the record waits, without another it goes on. */
function lostReporter(
  ledger: Ledger,
  entity: EntityName,
): (id: number, lost: readonly LostReference[]) => boolean {
  const addIssue = issueWriter(ledger);
  const told = ledger.db.prepare("SELECT 1 FROM issue WHERE record = ? AND code = 'dependent' AND field = ?");
  return (id, lost) => {
    let waits = false;
    for (const { field, root } of lost) {
      const severity = isSoftReference(entity, field) ? "warning" : "flag";
      waits ||= severity === "flag";
      if (told.get(id, field) !== undefined) continue;
      addIssue({
        record: id,
        code: "dependent",
        severity,
        stage: "plan",
        field,
        note: "not in the target",
        root,
      });
    }
    return waits;
  };
}

/**
 * Gives each record of an entity the first outbound mapping that applies, and excludes by name what none
 * takes or what a mapping's own rule leaves out. Gives every record that goes on, page by page.
 */
export function* chooseMappings(
  ledger: Ledger,
  entity: EntityName,
  mappings: readonly Outbound[],
  keys: PlannedKeys,
): Generator<readonly Chosen[], void> {
  const waits = lostReporter(ledger, entity);
  const exclude = ledger.db.prepare("UPDATE record SET disposition = 'excluded', reason = ? WHERE id = ?");
  const choose = ledger.db.prepare(
    "UPDATE crosswalk SET outbound = ? WHERE record IN (SELECT value FROM json_each(?))",
  );
  for (const page of outgoing(ledger, entity)) {
    const chosen: Chosen[] = [];
    ledger.transaction(() => {
      for (const record of page) {
        const { id, targetKey } = record;
        const planned = keys.resolve(entity, record);
        const outbound = mappings.find(({ mapping }) => mapping.applies(planned.out));
        const rule = outbound === undefined ? "no-outbound-mapping" : outbound.mapping.excludes(planned.out);
        if (outbound === undefined || rule !== null) {
          exclude.run(rule, id);
          continue;
        }
        if (planned.lost.length > 0 && waits(id, planned.lost)) continue;
        chosen.push({ ...planned, id, targetKey, outbound });
      }
      for (const outbound of mappings) {
        const ids = chosen.filter((record) => record.outbound === outbound).map(({ id }) => id);
        if (ids.length > 0) choose.run(outbound.id, JSON.stringify(ids));
      }
    });
    yield chosen;
  }
}
