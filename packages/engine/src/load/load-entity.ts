import { outgoingOf, type OutgoingRecord } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { RowRejected, type EntityName } from "@cutover/model";
import { stopIfAsked } from "../stop.js";
import { outboundOf, progressOf, type OnProgress, type Outbound, type Target } from "../target.js";
import { flagLostReferences } from "./dependents.js";
import type { Journal } from "./journal.js";
import { dropLost } from "./lost-references.js";
import { prepareBatch } from "./prepare-batch.js";
import type { TargetMemory } from "./target-memory.js";

export interface LoadWork {
  readonly ledger: Ledger;
  readonly target: Target;
  readonly journal: Journal;
  readonly memory: TargetMemory;
  readonly batchSize: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: OnProgress | undefined;
}

const rejection = (error: RowRejected) => ({
  code: "target-rejected" as const,
  severity: "flag" as const,
  field: null,
  note: error.table === null ? error.driverCode : `${error.table}: ${error.driverCode}`,
});

/**
 * Writes records of one outbound mapping as one batch. Where the target refuses it, nothing of it is in
 * the target, and each half is tried by itself, until the one record is found that it does not want.
 */
async function writeBatch(
  work: LoadWork,
  entity: EntityName,
  outbound: Outbound,
  pass: 1 | 2,
  records: readonly OutgoingRecord[],
): Promise<void> {
  const { target, journal, memory } = work;
  const prepared = await prepareBatch(target.loader, memory, outbound, records);
  journal.flag(prepared.refused);
  if (prepared.written.length === 0) {
    journal.applied(pass, prepared.records);
    return;
  }
  const batch = journal.intend(entity, outbound.id, pass, prepared);
  try {
    await target.loader.apply(prepared.batch);
  } catch (cause) {
    if (!(cause instanceof RowRejected)) throw cause;
    memory.giveUp();
    journal.refused(batch);
    const left = records.filter(({ id }) => prepared.records.some((record) => record.id === id));
    if (left.length === 1) {
      journal.flag([{ id: left[0]!.id, issues: [rejection(cause)] }]);
      return;
    }
    const half = Math.ceil(left.length / 2);
    await writeBatch(work, entity, outbound, pass, left.slice(0, half));
    await writeBatch(work, entity, outbound, pass, left.slice(half));
    return;
  }
  memory.keep();
  journal.done(batch, prepared.records);
}

/** What of an entity is still to be written in a pass, as a condition on `e`, `r` and `c`. */
const pending = {
  1: "r.disposition IN ('created', 'updated') AND r.applied IS NULL",
  2: "e.id IN (SELECT record FROM deferred)",
} as const;

async function writePass(work: LoadWork, entity: EntityName, pass: 1 | 2): Promise<void> {
  const { ledger, target, journal, batchSize, signal, onProgress } = work;
  const from = `FROM "${entity}" e JOIN record r ON r.id = e.id JOIN crosswalk c ON c.record = e.id
    WHERE r.extraction = (SELECT id FROM extraction) AND ${pending[pass]}`;
  const total = ledger.db.prepare(`SELECT COUNT(*) ${from}`).pluck().get() as number;
  if (total === 0) return;
  const drop = dropLost(ledger, entity, pass);
  const report = progressOf(pass === 1 ? "load" : "references", entity, total, onProgress);
  const page = ledger.db
    .prepare(`SELECT e.id ${from} AND c.outbound = ? AND e.id > ? ORDER BY e.id LIMIT ?`)
    .pluck();
  let done = 0;
  for (const outbound of outboundOf(target, entity)) {
    for (let after = 0; ;) {
      await stopIfAsked(signal, "load", "Run it again: the run goes on where it was stopped.");
      const ids = page.all(outbound.id, after, batchSize) as number[];
      if (ids.length === 0) break;
      const records = outgoingOf(ledger, entity, ids).map(drop);
      if (pass === 2) journal.tellLost(records);
      await writeBatch(work, entity, outbound, pass, records);
      after = ids.at(-1)!;
      report((done += ids.length));
    }
  }
}

/**
 * Loads one entity: everything the plan creates or updates, then the references that had to wait for
 * records of the same entity. Picks up what is not applied yet, so that a resumed run needs no bookmark.
 */
export async function loadEntity(work: LoadWork, entity: EntityName): Promise<void> {
  const { ledger, target, journal, memory } = work;
  flagLostReferences(ledger, entity, journal);
  await memory.loadReferences(target.loader, target.side.system.references);
  await writePass(work, entity, 1);
  await writePass(work, entity, 2);
}
