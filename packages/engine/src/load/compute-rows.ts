import { setImmediate as nextTurn } from "node:timers/promises";
import { IdsExhausted } from "@cutover/mapping";
import type { Loader } from "@cutover/model";
import type { Outbound } from "../target.js";
import type { Attempt } from "./attempt.js";
import type { Computed, SentOut } from "./computed.js";
import { Met } from "./met.js";
import type { Before } from "./prepared.js";
import type { TargetMemory } from "./target-memory.js";

/** A batch as far as it could be computed without asking the target. */
export interface HalfDone {
  readonly attempt: Attempt;
  readonly computed: readonly Computed[];
  /** What its rows meet in the target, where that was asked already. */
  readonly met: Met | null;
}

/** Records after which the connection that a batch before goes over has its turn. */
const atOnce = 200;

/** Computes the target rows of records. Deterministic, but for the ids of what is new. */
const computeRows = (
  { mapping }: Outbound,
  records: readonly SentOut[],
  attempt: Attempt,
): readonly Computed[] =>
  records.map((record) => ({ record, rows: mapping.rows(record.out, record.targetKey, attempt) }));

/**
 * Computes a batch while the target is at work on the one before, which is given its turn again and again,
 * and asks what its rows meet. Null where the target has to be asked something first.
 */
export async function draftBeside(
  loader: Loader,
  memory: TargetMemory,
  outbound: Outbound,
  records: readonly SentOut[],
  before: Before,
): Promise<HalfDone | null> {
  const attempt = memory.attempt(before.attempt);
  const computed: Computed[] = [];
  try {
    for (let i = 0; i < records.length; i += atOnce) {
      computed.push(...computeRows(outbound, records.slice(i, i + atOnce), attempt));
      await nextTurn();
    }
  } catch (cause) {
    attempt.giveUp();
    if (cause instanceof IdsExhausted) return null;
    throw cause;
  }
  if (attempt.questions.length > 0) {
    attempt.giveUp();
    return null;
  }
  const met = new Met(computed);
  if (met.isTouchedBy(before.written)) return { attempt, computed, met: null };
  await met.look(loader);
  return { attempt, computed, met };
}

/**
 * Computes a batch, and goes on with what was computed, until everything asked of the target's memory was
 * known: ids that run out are reserved, ever more at once; shared rows nobody knew are looked up, all of a
 * batch in one query a table. Each time the computation begins anew.
 */
export async function untilKnown<T>(
  loader: Loader,
  memory: TargetMemory,
  outbound: Outbound,
  records: readonly SentOut[],
  begun: HalfDone | null,
  then: (draft: HalfDone) => Promise<T>,
): Promise<T> {
  for (let draft = begun; ; draft = null) {
    const attempt: Attempt = draft?.attempt ?? memory.attempt();
    try {
      const computed = draft?.computed ?? computeRows(outbound, records, attempt);
      if (attempt.questions.length === 0) return await then({ attempt, computed, met: draft?.met ?? null });
      attempt.giveUp();
    } catch (cause) {
      attempt.giveUp();
      if (!(cause instanceof IdsExhausted)) throw cause;
      await memory.reserve(loader, cause.table, records.length);
    }
    await memory.learn(loader, attempt.questions);
  }
}
