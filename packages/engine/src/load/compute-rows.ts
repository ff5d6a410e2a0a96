import type { OutgoingRecord } from "@cutover/intake";
import { IdsExhausted, type Rows } from "@cutover/mapping";
import type { Loader } from "@cutover/model";
import type { Outbound } from "../target.js";
import type { TargetMemory } from "./target-memory.js";

/** A record with the rows its mapping wants in the target. */
export interface Computed {
  readonly record: OutgoingRecord;
  readonly rows: Rows;
}

/**
 * Computes, and goes on with what was computed, until everything asked of the target's memory was known:
 * ids that run out are reserved, ever more at once; shared rows nobody knew are looked up, all of a batch
 * in one query a table. Each time the computation begins anew.
 */
export async function untilKnown<C, T>(
  loader: Loader,
  memory: TargetMemory,
  batchSize: number,
  compute: () => C,
  then: (computed: C) => Promise<T>,
): Promise<T> {
  await memory.prepare(loader);
  for (;;) {
    memory.begin();
    try {
      const computed = compute();
      if (!memory.hasQuestions) return await then(computed);
      memory.giveUp();
    } catch (cause) {
      memory.giveUp();
      if (!(cause instanceof IdsExhausted)) throw cause;
      await memory.reserve(loader, cause.table, batchSize);
    }
    await memory.learn(loader);
  }
}

/** Computes the target rows of records. Deterministic, but for the ids of what is new. */
export const computeRows = (
  { mapping }: Outbound,
  records: readonly OutgoingRecord[],
  memory: TargetMemory,
): readonly Computed[] =>
  records.map((record) => ({ record, rows: mapping.rows(record.out, record.targetKey, memory) }));
