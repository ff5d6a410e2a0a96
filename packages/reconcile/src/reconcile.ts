import {
  type HeldRows,
  type IntakeOptions,
  type LedgerTotal,
  readAtOnce,
  type RowsRead,
  type Side,
  stageTarget,
  type StageTargetOptions,
  takeTotals,
} from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { entityNames, type EntityName, type Loader } from "@cutover/model";
import { workOff, type Beside, type News } from "./beside.js";
import { EntityComparison } from "./compare-entity.js";
import type { PartComparison } from "./compare-part.js";
import { findExtraRows } from "./extra-rows.js";
import { inPassing } from "./in-passing.js";
import type { Reconciled } from "./judging.js";
import type { Others } from "./others.js";
import { divide } from "./parts.js";
import { sideBySide, type Work } from "./side-by-side.js";
import { stopIfAsked } from "./stop.js";
import { openFindings, Suspects } from "./suspects.js";
import { looks, TaskList, type Comparing } from "./tasks.js";
import { tieOut, type TiedTotal } from "./tie-out.js";

export interface ReconcileProgress {
  readonly step: "read" | "compare";
  readonly entity: EntityName | null;
  readonly extract: string | null;
  readonly done: number;
  readonly total: number | null;
}

export interface ReconcileOptions {
  readonly ledger: Ledger;
  /** The sources, for their control totals; they are not read. */
  readonly sources: readonly Side[];
  /** The target, opened anew: what a load knew must not colour what is read. */
  readonly target: Side;
  /** Finds rows of the target by key: with it, every single row that was written is looked for. */
  readonly rows?: Pick<Loader, "find" | "between" | "count"> | undefined;
  /** Takes a share of the work; without it, one thing is done after the other. */
  readonly beside?: Beside | undefined;
  /** How many records an entity has at least that is compared in parts; 100 000 unless told. */
  readonly divideFrom?: number | undefined;
  readonly run?: number | null | undefined;
  /** The clock, as instants. */
  readonly now?: (() => string) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ReconcileProgress) => void) | undefined;
}

/** What has fewer records is compared sooner whole. */
const divideFrom = 100_000;

export interface Reconciliation {
  readonly reconciliation: number;
  readonly run: number | null;
  readonly verdict: "match" | "mismatch";
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Entities that were loaded, or that the target holds. */
  readonly entities: Readonly<Partial<Record<EntityName, Reconciled>>>;
  readonly totals: readonly TiedTotal[];
  /** Why the target counts more or fewer records than were loaded. */
  readonly others: readonly Others[];
}

const matches = ({ different, missing, unexpected }: Reconciled): boolean =>
  different + missing + unexpected === 0;

/** Rows of an extract of the target that were read together: those above a key, or all. */
interface HeldPart {
  readonly extract: string;
  readonly above: number | null;
  readonly held: RowsRead;
}

/** What the target held, its parts in the order of their keys. */
function heldOf(parts: readonly HeldPart[]): HeldRows {
  const inOrder = parts.toSorted((a, b) => (a.above ?? -Infinity) - (b.above ?? -Infinity));
  return Object.fromEntries(
    inOrder.map(({ extract }) => [
      extract,
      inOrder.flatMap((part) => (part.extract === extract ? [part.held] : [])),
    ]),
  );
}

/** Reads entities of the target that are not divided, and compares them meanwhile. */
async function readWhole(
  ledger: Ledger,
  target: Side,
  comparisons: ReadonlyMap<EntityName, EntityComparison>,
  options: IntakeOptions & Pick<StageTargetOptions, "onRows">,
): Promise<void> {
  const wholes = new Map<EntityName, PartComparison>();
  for (const entity of options.entities ?? []) wholes.set(entity, comparisons.get(entity)!.whole());
  const read = await stageTarget(ledger, target, "after", {
    ...options,
    into: (entity, mapping) => wholes.get(entity)!.taker(mapping),
  });
  for (const [entity, whole] of wholes) {
    const comparison = comparisons.get(entity)!;
    comparison.add(whole.end());
    comparison.addRows(read.filter((counts) => counts.entity === entity));
  }
}

/**
 * Law 2: reads the target back through its own inbound mappings, independently of the load, and compares
 * it with the projection of what was staged, record by record, while both are streamed. Control totals,
 * taken by plain queries past all mappings, have to tie as well; and every row that was written has to be
 * there as it was written, though no mapping reads it.
 *
 * @throws CutoverError `interrupted`, and what reading the target throws
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  const { ledger, sources, target, rows, beside, signal, onProgress } = options;
  const now = options.now ?? (() => new Date().toISOString());
  const run = options.run ?? null;
  const startedAt = now();
  const { lastInsertRowid } = ledger.db
    .prepare("INSERT INTO reconciliation (run, startedAt) VALUES (?, ?)")
    .run(run, startedAt);
  const reconciliation = Number(lastInsertRowid);

  await takeTotals(ledger, target, "after");
  const comparisons = new Map(
    entityNames.map((entity) => [entity, new EntityComparison({ ledger, target, reconciliation, entity })]),
  );
  openFindings(ledger);
  const suspects = new Suspects(ledger, target.system);
  const own = new Map<number, readonly LedgerTotal[]>();
  const tellRead = (extract: string, done: number): void =>
    onProgress?.({ step: "read", entity: null, extract, done, total: null });
  const tellLooked = (done: number): void =>
    onProgress?.({ step: "compare", entity: null, extract: "written rows", done, total: null });
  let isRead = false;
  let looked = 0;
  const rowsRead = new Map<string, number>();
  const held: HeldPart[] = [];
  const tell = (news: News): void => {
    switch (news.kind) {
      case "differences":
        return comparisons.get(news.entity)!.note(news.differences);
      case "early":
        return comparisons.get(news.entity)!.keep(news.mapping, news.records);
      case "compared":
        return comparisons.get(news.entity)!.addPart(news.compared, news.read);
      case "suspects":
        return suspects.add(news.suspects);
      case "own totals":
        return void own.set(news.side, news.totals);
      case "held":
        return void held.push(news);
      case "read": {
        const read = (rowsRead.get(news.extract) ?? 0) + news.rows;
        rowsRead.set(news.extract, read);
        return tellRead(news.extract, read);
      }
      case "looked":
        looked += news.writes;
        // Of two things that are done at once, one tells how far it is.
        return isRead ? tellLooked(looked) : undefined;
    }
  };

  // Without somebody to share the work with, nothing is won by dividing it.
  const parts = beside === undefined ? [] : divide(ledger, target, options.divideFrom ?? divideFrom);
  const divided = new Set(parts.map(({ entity }) => entity));
  const comparing = parts.map((part): Comparing => {
    const passing = rows === undefined ? [] : inPassing(ledger, target, part);
    return { kind: "compare", part, passing };
  });
  const elsewhere = comparing.flatMap(({ passing }) => passing.flatMap(({ writes }) => writes));
  // What cannot be divided comes first, and small things last, so that all end together.
  const list = new TaskList([
    ...sources.map(({ id: side }) => ({ kind: "total", side }) as const),
    ...comparing,
    ...(rows === undefined ? [] : looks(ledger, elsewhere)),
  ]);
  const here: Work = async (stop) => {
    await readWhole(ledger, target, comparisons, {
      signal: stop,
      batchSize: readAtOnce,
      entities: entityNames.filter((entity) => !divided.has(entity)),
      onRows: (extract, read) => void held.push({ extract, above: null, held: read }),
      onProgress: ({ extract, read: done }) => tellRead(extract, done),
    });
    isRead = true;
    await workOff(list, { ledger, target, rows, tell, signal: stop });
  };
  const there: Work = async (signalBeside) => beside?.({ list, tell, signal: signalBeside });
  await sideBySide(signal, [there, here]).catch(async (failure) => {
    await stopIfAsked(signal);
    throw failure;
  });
  for (const comparison of comparisons.values()) comparison.noteRead();
  if (rows !== undefined) {
    await suspects.judge(rows, async (done) => {
      await stopIfAsked(signal);
      tellLooked(done);
    });
  }
  const extra =
    rows === undefined || run === null ? [] : await findExtraRows(ledger, target.system, rows, run);

  const entities: Partial<Record<EntityName, Reconciled>> = {};
  const totals: TiedTotal[] = [];
  const others: Others[] = [];
  const ties = { ledger, sources, target, own };
  for (const [entity, comparison] of comparisons) {
    await stopIfAsked(signal);
    const found = await comparison.finish(
      extra.filter((some) => some.entity === entity),
      async (done) => {
        await stopIfAsked(signal);
        onProgress?.({ step: "compare", entity, extract: null, done, total: null });
      },
    );
    if (found.counts.source + found.counts.target > 0) entities[entity] = found.counts;
    others.push(...found.others);
    totals.push(...tieOut(ties, entity, comparison.expectation));
  }

  const tied = totals.every(({ ties }) => ties !== false);
  const verdict = tied && Object.values(entities).every(matches) ? "match" : "mismatch";
  const finishedAt = now();
  ledger.transaction(() => {
    ledger.db
      .prepare("UPDATE reconciliation SET verdict = ?, held = ?, finishedAt = ? WHERE id = ?")
      .run(verdict, JSON.stringify(heldOf(held)), finishedAt, reconciliation);
    ledger.append("reconciled", { reconciliation, verdict, entities, totals, others }, run);
  });
  return { reconciliation, run, verdict, startedAt, finishedAt, entities, totals, others };
}
