import type { Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import type { Target } from "../target.js";
import { currentRows, holds, rowsOfBatch, type RememberedRow } from "../written-rows.js";
import { Journal, type OpenBatch } from "./journal.js";
import type { TargetRow } from "./lookup.js";
import type { Refused } from "./prepared.js";

type Trace = "applied" | "absent" | "unclear";

/** What the target tells about one intended row. */
function traceOf(row: RememberedRow, current: TargetRow | undefined): Trace {
  if (row.operation === "insert") return current === undefined ? "absent" : "applied";
  if (current === undefined) return "unclear";
  if (holds(row, row.after!, current)) return "applied";
  return holds(row, row.before!, current) ? "absent" : "unclear";
}

/** A record's rows together: all there, none there, or neither. */
function together(traces: readonly Trace[]): Trace {
  const [first] = traces;
  return first !== undefined && traces.every((trace) => trace === first) ? first : "unclear";
}

const inDoubt = (id: number): Refused => ({
  id,
  issues: [
    { code: "in-doubt", severity: "flag", field: null, note: "the load was stopped while it was written" },
  ],
});

async function settle(ledger: Ledger, target: Target, batch: OpenBatch, run: number): Promise<void> {
  const { loader, side } = target;
  const journal = new Journal(ledger, run);
  const rows = rowsOfBatch(ledger, side.system, batch.id);
  const current = await currentRows(loader, rows);
  const traces = new Map(rows.map((row) => [row, traceOf(row, current.get(row))]));
  const records = [...new Set(rows.map((row) => row.record))];
  const done = (ids: readonly number[]): void =>
    journal.done(
      batch,
      ids.map((id) => ({ id, issues: [] })),
    );

  // A batch is applied whole or not at all: one sure trace speaks for all of it.
  if (loader.capabilities.transactional && loader.capabilities.recognizes !== "none") {
    const seen = new Set(traces.values());
    if (seen.has("applied")) return done(records);
    if (seen.has("absent") || rows.length === 0) return journal.refused(batch);
  }
  const ends = new Map(
    records.map((id) => [
      id,
      together(rows.filter((row) => row.record === id).map((row) => traces.get(row)!)),
    ]),
  );
  const canRepeat = loader.capabilities.recognizes !== "none";
  if (canRepeat && [...ends.values()].every((end) => end === "absent")) return journal.refused(batch);
  const ended = (end: Trace): readonly number[] => records.filter((id) => ends.get(id) === end);
  ledger.transaction(() => {
    if (canRepeat) journal.forget(batch, ended("absent"));
    // What is in doubt is never repeated blindly: a person looks.
    journal.flag([...ended("unclear"), ...(canRepeat ? [] : ended("absent"))].map(inDoubt));
    done(ended("applied"));
  });
}

/**
 * Asks the target about every batch that was intended and has no outcome: a kill between the two left it
 * open. After this each is either done or forgotten, and the load can go on where it was.
 */
export async function recover(ledger: Ledger, target: Target): Promise<number> {
  const open = ledger.db
    .prepare("SELECT id, run, entity, pass FROM batch WHERE state = 'intent' ORDER BY id")
    .all() as {
    readonly id: number;
    readonly run: number;
    readonly entity: EntityName;
    readonly pass: 1 | 2;
  }[];
  for (const { run, ...batch } of open) {
    await settle(ledger, target, batch, run);
    const { state } = ledger.db.prepare("SELECT state FROM batch WHERE id = ?").get(batch.id) as {
      state: string;
    };
    ledger.append("batch-recovered", { batch: batch.id, state }, run);
  }
  return open.length;
}
