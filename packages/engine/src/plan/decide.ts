import { compare, outgoing, type OutgoingRecord } from "@cutover/intake";
import { issueWriter, markFlagged, targetReader, type Ledger } from "@cutover/ledger";
import type { FoundIssue, Outgoing } from "@cutover/mapping";
import type { CanonicalRecord, EntityName } from "@cutover/model";
import type { Outbound } from "../target.js";
import type { DryContext } from "./dry-context.js";
import type { PlannedKeys } from "./planned-keys.js";

type End = "created" | "updated" | "unchanged";

/** What a load would do with one record. Pure: the same record, mapping and target give the same end. */
function decideOne(
  entity: EntityName,
  { mapping }: Outbound,
  out: Outgoing,
  before: CanonicalRecord | null,
): End {
  if (before === null) return "created";
  const { verdict } = compare(entity, {
    source: out.record,
    projection: mapping.project(out),
    target: before,
    kept: { fields: mapping.keepOnUpdate, before },
  });
  return verdict === "different" ? "updated" : "unchanged";
}

/** Computes the record's target rows on trial; the key it will have and what speaks against it. */
function rehearse(
  { mapping }: Outbound,
  out: Outgoing,
  targetKey: string | null,
  context: DryContext,
): { readonly targetKey: string; readonly issues: readonly FoundIssue[] } {
  const rows = mapping.rows(out, targetKey, context);
  return { targetKey: rows.targetKey, issues: rows.issues };
}

/**
 * Decides for every record of an entity that has an outbound mapping whether a load would create it,
 * update it or leave it as it is, and flags what the target would not take. Tells after each page how many
 * were decided.
 */
export function* decide(
  ledger: Ledger,
  entity: EntityName,
  mappings: readonly Outbound[],
  keys: PlannedKeys,
  context: DryContext,
): Generator<number, void> {
  const byId = new Map(mappings.map((outbound) => [outbound.id, outbound]));
  const before = targetReader(ledger, "before", entity);
  const end = ledger.db.prepare(
    "UPDATE record SET disposition = ?, reason = NULL WHERE id IN (SELECT value FROM json_each(?))",
  );
  const addIssue = issueWriter(ledger);

  const one = (record: OutgoingRecord, there: CanonicalRecord | null): End | null => {
    const { id, targetKey } = record;
    const { out } = keys.resolve(entity, record);
    const outbound = byId.get(record.outbound ?? 0);
    if (outbound === undefined) return null;
    const disposition = decideOne(entity, outbound, out, there);
    if (disposition !== "unchanged") {
      const trial = rehearse(outbound, out, targetKey, context);
      for (const issue of trial.issues) addIssue({ ...issue, record: id, stage: "plan" });
      if (targetKey === null) keys.remember(entity, id, trial.targetKey);
    }
    return disposition;
  };

  markFlagged(ledger);
  let done = 0;
  for (const page of outgoing(ledger, entity)) {
    ledger.transaction(() => {
      const there = before(page.map(({ targetKey }) => targetKey));
      const ends: Record<End, number[]> = { created: [], updated: [], unchanged: [] };
      for (const record of page) {
        const found = record.targetKey === null ? undefined : there.get(record.targetKey);
        const disposition = one(record, found?.record ?? null);
        if (disposition !== null) ends[disposition].push(record.id);
      }
      for (const [disposition, ids] of Object.entries(ends)) {
        if (ids.length > 0) end.run(disposition, JSON.stringify(ids));
      }
    });
    done += page.length;
    yield done;
  }
  markFlagged(ledger);
  keys.forgetFlagged();
}
