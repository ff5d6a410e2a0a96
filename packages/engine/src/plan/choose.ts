import { isSoftReference, type LedRecord, type OutgoingRecord } from "@cutover/intake";
import { eachStretch, issueWriter, type Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import type { Outbound } from "../target.js";
import type { LostReference, PlannedKeys, PlannedRecord } from "./planned-keys.js";

/** A record as it goes on, and the outbound mapping that takes it. */
export interface Choice extends PlannedRecord {
  readonly outbound: Outbound;
}

export interface Chosen extends Choice {
  readonly id: number;
  readonly targetKey: string | null;
  /** The run that gave it its target key. */
  readonly run: number | null;
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
 * A function that gives a record the first outbound mapping that applies, and excludes by name what none
 * takes or what a mapping's own rule leaves out. Returns null where the record does not go on. Call it
 * inside a transaction.
 */
export function mappingChooser(
  ledger: Ledger,
  entity: EntityName,
  mappings: readonly Outbound[],
  keys: PlannedKeys,
): (record: LedRecord) => Choice | null {
  const waits = lostReporter(ledger, entity);
  const exclude = ledger.db.prepare("UPDATE record SET disposition = 'excluded', reason = ? WHERE id = ?");
  return (record) => {
    const { out, lost } = keys.resolve(entity, record);
    const outbound = mappings.find(({ mapping }) => mapping.applies(out));
    const rule = outbound === undefined ? "no-outbound-mapping" : outbound.mapping.excludes(out);
    if (outbound === undefined || rule !== null) {
      exclude.run(rule, record.id);
      return null;
    }
    return lost.length > 0 && waits(record.id, lost) ? null : { out, lost, outbound };
  };
}

/** The records of a page that go on. */
export function chosenOf(
  page: readonly OutgoingRecord[],
  choose: ReturnType<typeof mappingChooser>,
): readonly Chosen[] {
  const chosen: Chosen[] = [];
  for (const record of page) {
    const choice = choose(record);
    if (choice === null) continue;
    const { out, lost, outbound } = choice;
    chosen.push({ out, lost, outbound, id: record.id, targetKey: record.targetKey, run: record.run });
  }
  return chosen;
}

/** A function that notes in the ledger which mapping takes which record. */
export function choiceWriter(ledger: Ledger): (chosen: readonly Chosen[]) => void {
  const choose = ledger.db.prepare("UPDATE record SET outbound = ? WHERE id BETWEEN ? AND ?");
  return (chosen) => {
    for (const outbound of new Set(chosen.map((record) => record.outbound))) {
      const ids = chosen.filter((record) => record.outbound === outbound).map(({ id }) => id);
      eachStretch(ids, (first, last) => choose.run(outbound.id, first, last));
    }
  };
}
