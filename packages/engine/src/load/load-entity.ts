import { countOutgoing, outgoing, type OutgoingOptions, type OutgoingRecord } from "@cutover/intake";
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

/** What of an entity is still to be written in a pass. */
const pending = {
  1: { dispositions: ["created", "updated"], still: "unapplied" },
  2: { dispositions: ["created", "updated", "unchanged"], still: "deferred" },
} as const satisfies Record<1 | 2, OutgoingOptions>;

const remedy = "Run it again: the run goes on where it was stopped.";

async function writePass(work: LoadWork, entity: EntityName, pass: 1 | 2): Promise<void> {
  const { ledger, target, journal, batchSize, signal, onProgress } = work;
  const total = countOutgoing(ledger, entity, pending[pass]);
  if (total === 0) return;
  const drop = dropLost(ledger, entity, pass);
  const report = progressOf(pass === 1 ? "load" : "references", entity, total, onProgress);
  let done = 0;
  for (const outbound of outboundOf(target, entity)) {
    const options = { ...pending[pass], outbound: outbound.id, batchSize };
    await stopIfAsked(signal, "load", remedy);
    for (const page of outgoing(ledger, entity, options)) {
      const without = page.map(drop);
      if (pass === 2) journal.tellLost(without.map(({ record: { id }, lost }) => ({ id, lost })));
      const records = without.map(({ record }) => record);
      await writeBatch(work, entity, outbound, pass, records);
      report((done += page.length));
      await stopIfAsked(signal, "load", remedy);
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
