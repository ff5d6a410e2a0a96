import { countOutgoing, type OutgoingOptions } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { RowRejected, type EntityName } from "@cutover/model";
import { stopIfAsked } from "../stop.js";
import { outboundOf, progressOf, type OnProgress, type Outbound, type Target } from "../target.js";
import { flagLostReferences } from "./dependents.js";
import { needsLedgerOnly, Lots, type DraftAhead, type Lot } from "./lot.js";
import type { Journal, OpenBatch } from "./journal.js";
import { dropLost } from "./lost-references.js";
import type { Before, PreparedRecord } from "./prepared.js";
import { beginBeside, prepareBatch, type Begun } from "./prepare-batch.js";
import type { TargetMemory } from "./target-memory.js";

export interface LoadWork {
  readonly ledger: Ledger;
  readonly target: Target;
  readonly journal: Journal;
  readonly memory: TargetMemory;
  readonly batchSize: number;
  readonly ahead: DraftAhead | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: OnProgress | undefined;
}

const rejection = (error: RowRejected) => ({
  code: "target-rejected" as const,
  severity: "flag" as const,
  field: null,
  note: error.table === null ? error.driverCode : `${error.table}: ${error.driverCode}`,
});

/** Which records are written together. */
interface Lane {
  readonly entity: EntityName;
  readonly outbound: Outbound;
  readonly pass: 1 | 2;
}

/** A batch that the target is at work on. */
interface UnderWay extends Before {
  readonly batch: OpenBatch;
  readonly lot: Lot;
  readonly prepared: readonly PreparedRecord[];
  /** Null once it is applied, or what came in between. */
  readonly failure: Promise<{ readonly cause: unknown } | null>;
}

/** Has the target begin with records, as one batch; null where nothing has to be written. */
async function begin(
  { target, journal, memory }: LoadWork,
  { entity, outbound, pass }: Lane,
  lot: Lot,
  begun: Begun | null = null,
): Promise<UnderWay | null> {
  const prepared = await prepareBatch(target.loader, memory, outbound, lot, begun);
  journal.flag(prepared.refused);
  if (prepared.written.length === 0) {
    journal.applied(pass, prepared.records);
    return null;
  }
  const batch = journal.intend(entity, outbound.id, pass, prepared);
  const failure = target.loader.apply(prepared.batch).then(
    () => null,
    (cause: unknown) => ({ cause }),
  );
  return {
    attempt: prepared.attempt,
    batch,
    lot,
    prepared: prepared.records,
    written: prepared.batch,
    keys: prepared.keys,
    failure,
  };
}

/**
 * Waits until a batch is in the target. Where it was refused nothing of it is, and each half is tried by
 * itself, until the one record is found that the target does not want; false then: what was computed
 * meanwhile, `next`, counted on it and is given up.
 */
async function end(
  work: LoadWork,
  lane: Lane,
  underWay: UnderWay,
  next: Begun | null = null,
): Promise<boolean> {
  const { journal, memory } = work;
  const { attempt, batch, lot, prepared } = underWay;
  const failure = await underWay.failure;
  if (failure === null) {
    memory.keep(attempt);
    journal.done(batch, prepared);
    return true;
  }
  if (!(failure.cause instanceof RowRejected)) throw failure.cause;
  next?.attempt.giveUp();
  attempt.giveUp();
  journal.refused(batch);
  const refused = new Set(prepared.map(({ id }) => id));
  const left = lot.records().filter(({ id }) => refused.has(id));
  if (left.length === 1) {
    journal.flag([{ id: left[0]!.id, issues: [rejection(failure.cause)] }]);
    return false;
  }
  const half = Math.ceil(left.length / 2);
  for (const part of [left.slice(0, half), left.slice(half)]) {
    const again = await begin(work, lane, { page: null, records: () => part });
    if (again !== null) await end(work, lane, again);
  }
  return false;
}

/** What of an entity is still to be written in a pass. */
const pending = {
  1: { dispositions: ["created", "updated"], still: "unapplied" },
  2: { dispositions: ["created", "updated", "unchanged"], still: "deferred" },
} as const satisfies Record<1 | 2, OutgoingOptions>;

const remedy = "Run it again: the run goes on where it was stopped.";

/**
 * Writes what a mapping takes, batch by batch. While the target is at work on one, the next is read and
 * computed. Where it is refused that was for nothing, for what is flagged may be what the next refers to.
 */
async function writeLane(
  work: LoadWork,
  lane: Lane,
  lots: Lots,
  ahead: DraftAhead | undefined,
  report: (written: number) => void,
): Promise<void> {
  const { target, memory, signal } = work;
  let after = 0;
  let underWay: UnderWay | null = null;
  let next = lots.after(after, ahead);
  try {
    for (;;) {
      const { value: lot = null } = await next.next();
      let begun: Begun | null = null;
      if (underWay !== null) {
        if (lot !== null) begun = await beginBeside(target.loader, memory, lane.outbound, lot, underWay);
        const isApplied = await end(work, lane, underWay, begun);
        underWay = null;
        if (!isApplied) {
          await next.return();
          next = lots.after(after, ahead);
          continue;
        }
      }
      await stopIfAsked(signal, "load", remedy);
      if (lot === null) return;
      underWay = await begin(work, lane, lot, begun);
      after = lot.lastId;
      report(lot.length);
    }
  } finally {
    await next.return();
    // Nobody leaves while the target is still at work.
    await underWay?.failure;
  }
}

async function writePass(work: LoadWork, entity: EntityName, pass: 1 | 2): Promise<void> {
  const { ledger, target, journal, batchSize, signal, onProgress } = work;
  const total = countOutgoing(ledger, entity, pending[pass]);
  if (total === 0) return;
  const drop = dropLost(ledger, entity, pass);
  const report = progressOf(pass === 1 ? "load" : "references", entity, total, onProgress);
  let done = 0;
  for (const outbound of outboundOf(target, entity)) {
    await stopIfAsked(signal, "load", remedy);
    const options = { ...pending[pass], outbound: outbound.id, batchSize };
    const lots = new Lots(ledger, { entity, mapping: outbound.mapping.name, options }, drop, journal);
    const isWorth =
      pass === 1 && total >= (work.ahead?.fewest ?? 0) && needsLedgerOnly(ledger, entity, outbound);
    const ahead = isWorth ? work.ahead : undefined;
    await writeLane(work, { entity, outbound, pass }, lots, ahead, (written) => report((done += written)));
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
