import type { FoundIssue } from "@cutover/mapping";
import type { Loader } from "@cutover/model";
import type { Outbound } from "../target.js";
import type { Attempt } from "./attempt.js";
import { draftBeside, untilKnown, type HalfDone } from "./compute-rows.js";
import type { Computed, SentOut } from "./computed.js";
import { naturalKey } from "./lookup.js";
import { Met } from "./met.js";
import type { Lot } from "./lot.js";
import { plainBatch, type PlainBatch } from "./plain-batch.js";
import type { Before, Prepared, Refused } from "./prepared.js";
import { RowChanges } from "./row-changes.js";
import type { TargetMemory } from "./target-memory.js";

const flag = (code: FoundIssue["code"], note: string): readonly FoundIssue[] => [
  { code, severity: "flag", field: null, note },
];

const hasFlag = (issues: readonly FoundIssue[]): boolean => issues.some((i) => i.severity === "flag");

const gone = flag("changed-since-plan", "the target no longer has it");

/** What speaks against writing a record, or null. */
function objection({ record, rows }: Computed, met: Met, changes: RowChanges): readonly FoundIssue[] | null {
  if (hasFlag(rows.issues)) return rows.issues;
  const isNew = record.targetKey === null;
  const primary = rows.rows.find((row) => row.role === "primary");
  if (primary === undefined) return null;
  const found = met.row(primary);
  if (!isNew) return found === null ? gone : null;
  const find = naturalKey(primary);
  const columns = (): string => Object.keys(find ?? {}).join(" + ");
  if (found !== null) return flag("conflicting-match", `the target has another with the same ${columns()}`);
  if (find !== null && changes.pending(primary.table, find)) {
    return flag("duplicate-value", `another record gets the same ${columns()} in the target`);
  }
  return null;
}

function gather({ record, rows }: Computed, met: Met, changes: RowChanges, attempt: Attempt): void {
  const isNew = record.targetKey === null;
  for (const row of rows.rows) {
    if (row.role === "shared") {
      if (!row.exists) changes.insert(record.id, row, row.id);
      continue;
    }
    const current = row.role === "primary" && isNew ? null : met.row(row);
    if (current !== null) changes.update(record.id, row, current);
    else
      changes.insert(
        record.id,
        row,
        row.id ?? (row.table.id === undefined ? null : attempt.nextId(row.table)),
      );
  }
}

/** What was computed of a batch while the target was at work on the one before. */
export type Begun = PlainBatch | HalfDone;

/** Computes a batch beside that one, as far as that is possible; null where the target has to be asked something first. */
export const beginBeside = async (
  loader: Loader,
  memory: TargetMemory,
  outbound: Outbound,
  lot: Lot,
  before: Before,
): Promise<Begun | null> =>
  (await plainBatch(loader, memory, outbound, lot, before)) ??
  draftBeside(loader, memory, outbound, lot.records(), before);

/** Turns records of one outbound mapping into one batch, the short way where it can be gone. */
export async function prepareBatch(
  loader: Loader,
  memory: TargetMemory,
  outbound: Outbound,
  lot: Lot,
  begun: Begun | null,
): Promise<Prepared> {
  await memory.prepare(loader);
  if (begun !== null && "batch" in begun) return begun;
  const plain = begun === null ? await plainBatch(loader, memory, outbound, lot) : null;
  return plain ?? prepareOneByOne(loader, memory, outbound, lot.records(), begun);
}

/**
 * Turns records of one outbound mapping into one batch: computes their rows, looks what the target has
 * of them, and keeps what differs. Records that cannot be written are left out, and the rest is computed
 * anew, for a row that several share must not be lost with one of them.
 */
async function prepareOneByOne(
  loader: Loader,
  memory: TargetMemory,
  outbound: Outbound,
  records: readonly SentOut[],
  begun: HalfDone | null,
): Promise<Prepared> {
  const refused: Refused[] = [];
  let [left, draft] = [records, begun];
  for (;;) {
    const { attempt, computed, changes, objections } = await untilKnown(
      loader,
      memory,
      outbound,
      left,
      draft,
      async (known) => {
        const met = known.met ?? (await new Met(known.computed).look(loader));
        const changing = new RowChanges();
        const against = new Map<number, readonly FoundIssue[]>();
        for (const one of known.computed) {
          const issues = objection(one, met, changing);
          if (issues === null) gather(one, met, changing, known.attempt);
          else against.set(one.record.id, issues);
        }
        return { ...known, changes: changing, objections: against };
      },
    );
    if (objections.size === 0) {
      const { tables } = outbound.mapping;
      return {
        attempt,
        batch: { inserts: changes.inserts(tables), updates: changes.updates(), deletes: [] },
        written: changes.written(tables),
        records: computed.map(({ record, rows }) => ({
          id: record.id,
          targetKey: rows.targetKey,
          isNew: record.targetKey === null,
          issues: rows.issues,
          deferred: rows.deferred,
        })),
        refused,
        keys: null,
      };
    }
    attempt.giveUp();
    for (const [id, issues] of objections) {
      refused.push({ id, issues, isGone: issues === gone });
    }
    left = left.filter((record) => !objections.has(record.id));
    draft = null;
  }
}
