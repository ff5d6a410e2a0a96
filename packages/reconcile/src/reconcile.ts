import { setImmediate as turn } from "node:timers/promises";
import { stageTarget, takeTotals, type Side } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { CutoverError, entityNames, type EntityName, type Loader } from "@cutover/model";
import { ownTotals, type Beside, type OwnTotals } from "./beside.js";
import { EntityComparison, type Reconciled } from "./compare-entity.js";
import { Expectation } from "./expectation.js";
import { findExtraRows } from "./extra-rows.js";
import { controlTotals, tieOut, type TiedTotal } from "./tie-out.js";
import { sideBySide, type Work } from "./side-by-side.js";
import { openFindings, Suspects } from "./suspects.js";
import { findSuspects, type Suspect } from "./written-rows.js";

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
  /** Looks for written rows and adds up totals while the target is read; without it, that is done afterwards. */
  readonly beside?: Beside | undefined;
  readonly run?: number | null | undefined;
  /** The clock, as instants. */
  readonly now?: (() => string) | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: ReconcileProgress) => void) | undefined;
}

export interface Reconciliation {
  readonly reconciliation: number;
  readonly run: number | null;
  readonly verdict: "match" | "mismatch";
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Entities that were loaded, or that the target holds. */
  readonly entities: Readonly<Partial<Record<EntityName, Reconciled>>>;
  readonly totals: readonly TiedTotal[];
}

const matches = ({ different, missing, unexpected }: Reconciled): boolean =>
  different + missing + unexpected === 0;

/** Lets signals in, for the ledger's work gives the process no turn to hear of them. */
async function stopIfAsked(signal: AbortSignal | undefined): Promise<void> {
  await turn();
  if (signal?.aborted !== true) return;
  throw new CutoverError("interrupted", "stopped while reconciling", {
    stage: "reconcile",
    remedy: "Reconcile again: it begins anew and writes nothing to the target.",
  });
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
  const taken = [...controlTotals(ledger, target, "before"), ...controlTotals(ledger, target, "after")];
  const comparisons = new Map(
    entityNames.map((entity) => {
      const measured = taken.filter((total) => total.entity === entity);
      const expectation = new Expectation(entity, measured);
      const work = { ledger, target, reconciliation, entity, expectation };
      return [entity, { expectation, comparison: new EntityComparison(work) }] as const;
    }),
  );
  openFindings(ledger);
  const suspects = rows === undefined ? null : new Suspects(ledger, target.system);
  const onSuspects = (some: readonly Suspect[]): void => suspects?.add(some);
  const tell = (done: number): void =>
    onProgress?.({ step: "compare", entity: null, extract: "written rows", done, total: null });
  const onPage = async (done: number): Promise<void> => {
    await stopIfAsked(signal);
    tell(done);
  };
  const sides = sources.map(({ id }) => id);
  let isRead = false;
  let own: OwnTotals | null = null;
  const read: Work = async (stop) => {
    await stageTarget(ledger, target, "after", {
      signal: stop,
      // What is read is forgotten at once: small batches are gone before anybody has to look after them.
      batchSize: 1_000,
      onProgress: ({ extract, read: done }) =>
        onProgress?.({ step: "read", entity: null, extract, done, total: null }),
      into: (entity, mapping) => comparisons.get(entity)!.comparison.taker(mapping),
    });
    isRead = true;
  };
  const others: Work = async (stop) => {
    if (rows === undefined || beside === undefined) return;
    // Of two things that are done at once, one tells how far it is.
    const onPageBeside = (done: number): void => (isRead ? tell(done) : undefined);
    own = await beside({ signal: stop, sources: sides, onSuspects, onPage: onPageBeside });
  };
  await sideBySide(signal, [others, read]).catch(async (failure) => {
    await stopIfAsked(signal);
    throw failure;
  });
  if (rows !== undefined && beside === undefined) {
    await findSuspects({ ledger, system: target.system, rows, onSuspects, onPage });
  }
  if (rows !== undefined) await suspects?.judge(rows, onPage);
  const extra =
    rows === undefined || run === null ? [] : await findExtraRows(ledger, target.system, rows, run);

  const entities: Partial<Record<EntityName, Reconciled>> = {};
  const totals: TiedTotal[] = [];
  const ties = { ledger, sources, target, own: own ?? ownTotals(ledger, sides) };
  for (const [entity, { comparison, expectation }] of comparisons) {
    await stopIfAsked(signal);
    const found = await comparison.finish(
      extra.filter((rows) => rows.entity === entity),
      async (done) => {
        await stopIfAsked(signal);
        onProgress?.({ step: "compare", entity, extract: null, done, total: null });
      },
    );
    if (found.source + found.target > 0) entities[entity] = found;
    totals.push(...tieOut(ties, entity, expectation));
  }

  const tied = totals.every(({ ties }) => ties !== false);
  const verdict = tied && Object.values(entities).every(matches) ? "match" : "mismatch";
  const finishedAt = now();
  ledger.transaction(() => {
    ledger.db
      .prepare("UPDATE reconciliation SET verdict = ?, finishedAt = ? WHERE id = ?")
      .run(verdict, finishedAt, reconciliation);
    ledger.append("reconciled", { reconciliation, verdict, entities, totals }, run);
  });
  return { reconciliation, run, verdict, startedAt, finishedAt, entities, totals };
}
