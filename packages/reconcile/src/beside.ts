import {
  byExtract,
  ledgerTotals,
  readAtOnce,
  readBack,
  type LedgerTotal,
  type RowsRead,
  type Side,
  type TargetCounts,
} from "@cutover/intake";
import type { KeptInput, Ledger, NewDifference } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import { PartComparison, type PartCompared } from "./compare-part.js";
import type { Waiting } from "./pairing.js";
import { PassingRows } from "./passing-rows.js";
import type { Comparing, TaskList } from "./tasks.js";
import { findSuspects, type Suspect, type WrittenSearch } from "./written-rows.js";

/** What is told of tasks while they are done. It can be handed from one thread to another. */
export type News =
  | {
      readonly kind: "differences";
      readonly entity: EntityName;
      readonly differences: readonly NewDifference[];
    }
  /** Records of the target that did not meet their counterparts. */
  | {
      readonly kind: "early";
      readonly entity: EntityName;
      readonly mapping: number;
      readonly records: readonly KeptInput[];
    }
  /** The rows of an extract above a key, as they were read. */
  | {
      readonly kind: "held";
      readonly extract: string;
      readonly above: number | null;
      readonly held: RowsRead;
    }
  | { readonly kind: "read"; readonly extract: string; readonly rows: number }
  | {
      readonly kind: "compared";
      readonly entity: EntityName;
      readonly compared: PartCompared;
      readonly read: readonly TargetCounts[];
    }
  | { readonly kind: "suspects"; readonly suspects: readonly Suspect[] }
  | { readonly kind: "looked"; readonly writes: number }
  | { readonly kind: "own totals"; readonly side: number; readonly totals: readonly LedgerTotal[] };

/** What tasks are done with. */
export interface Workplace {
  /** It is read only. */
  readonly ledger: Ledger;
  readonly target: Side;
  /** Finds rows of the target; without it there are no tasks that need it. */
  readonly rows: WrittenSearch["rows"] | undefined;
  readonly tell: (news: News) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Has tasks done elsewhere, on another thread, with connections of its own; it ends early when the signal says so. */
export type Beside = (work: {
  readonly list: TaskList;
  readonly tell: (news: News) => void;
  readonly signal: AbortSignal;
}) => Promise<void>;

/** Does tasks until none is left. @throws what reading the target throws, and `interrupted` */
export async function workOff(list: TaskList, place: Workplace): Promise<void> {
  const { ledger, target, rows, tell, signal } = place;
  const comparisons = new Map<EntityName, PartComparison>();
  for (let task = list.next(); task !== null; task = list.next()) {
    switch (task.kind) {
      case "compare":
        await comparePart(task, comparisonOf(task.part.entity, comparisons, place), place);
        break;
      case "look":
        if (rows !== undefined)
          await findSuspects({ ledger, system: target.system, rows, tell, signal }, task);
        break;
      case "total":
        tell({ kind: "own totals", side: task.side, totals: ledgerTotals(ledger, { id: task.side }) });
    }
  }
}

/** The comparison of an entity, the same for all its parts: much of what is known of one is of use for the next. */
function comparisonOf(
  entity: EntityName,
  known: Map<EntityName, PartComparison>,
  { ledger, target, tell }: Workplace,
): PartComparison {
  let comparison = known.get(entity);
  if (comparison !== undefined) return comparison;
  const waiting: Waiting = {
    // What comes again is told in the end: all that is early comes together elsewhere.
    has: () => false,
    add: (mapping, records) => tell({ kind: "early", entity, mapping, records }),
  };
  comparison = new PartComparison({
    ledger,
    target,
    entity,
    waiting,
    write: (differences) => {
      if (differences.length > 0) tell({ kind: "differences", entity, differences });
    },
  });
  known.set(entity, comparison);
  return comparison;
}

async function comparePart(
  { part, passing }: Comparing,
  comparison: PartComparison,
  { ledger, target, rows, tell, signal }: Workplace,
): Promise<void> {
  const { entity, ids, range } = part;
  comparison.begin(ids);
  const read: TargetCounts[] = [];
  for (const [extract, mappings] of byExtract(target.system, [entity])) {
    let before = 0;
    const writes = passing.find((each) => each.extract === extract.name)?.writes ?? [];
    const written =
      rows === undefined
        ? undefined
        : new PassingRows({ ledger, system: target.system, rows, tell, signal }, extract, writes);
    const counts = await readBack(target, extract, mappings, {
      range,
      signal,
      batchSize: readAtOnce,
      onRows: (held) => tell({ kind: "held", extract: extract.name, above: range?.above ?? null, held }),
      onBatch: (batch) => written?.take(batch),
      into: ({ name }) => comparison.taker(target.inbound.get(name)!),
      onProgress: ({ read: rows }) => {
        tell({ kind: "read", extract: extract.name, rows: rows - before });
        before = rows;
      },
    });
    await written?.end();
    read.push(...counts);
  }
  tell({ kind: "compared", entity, compared: comparison.end(), read });
}
