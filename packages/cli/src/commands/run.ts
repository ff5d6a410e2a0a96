import { lastPlan, lastRun, load, type LoadResult } from "@cutover/engine";
import { CutoverError, exit, type Balance, type EntityName } from "@cutover/model";
import { orphansWaiting } from "@cutover/intake";
import { stagedDigestBeside, type Ledger } from "@cutover/ledger";
import type { Call, Outcome } from "../command.js";
import { engineProgress, planMigration, unfinishedRun } from "../migration/planning.js";
import { readMigration } from "../migration/read.js";
import { changedFiles } from "../migration/source-files.js";
import { withWorkspace, type Workspace } from "../migration/workspace.js";
import { anyFlagged, booksTable } from "../output/books.js";
import { ProgressDisplay } from "../output/progress.js";
import { tellRetry } from "../output/retrying.js";
import { table } from "../output/table.js";
import { draftsThread } from "../threads/drafts-thread.js";

/** Whether a plan waits for its run, or for the end of it: one that was loaded, or taken back, is made anew. */
function planWaits({ ledger }: Workspace): boolean {
  const plan = lastPlan(ledger);
  if (plan === null) return false;
  return lastRun(ledger, plan.id) === null || unfinishedRun(ledger) !== null;
}

/** `cutover run`: load a plan, or resume one. */
export async function run({ args, options, streams, signal }: Call): Promise<Outcome> {
  const kind = options["production"] === true ? "production" : "rehearsal";
  const batchSize = Number(options["batch"]);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1 || batchSize > 100_000) {
    throw new CutoverError("usage", "--batch takes a whole number from 1 to 100000");
  }
  const migration = readMigration(args[0]);
  const progress = new ProgressDisplay(streams);
  const onRetry = tellRetry(streams);
  let changed: readonly string[] = [];
  let orphans = 0;
  let staged: Promise<string> | undefined;
  const ahead = (ledger: Ledger): void => {
    const plan = lastPlan(ledger);
    if (plan === null || lastRun(ledger, plan.id) !== null) return;
    staged = stagedDigestBeside(ledger);
    // Whoever fails before it is asked for is told of.
    staged.catch(() => undefined);
  };
  const work = async (workspace: Workspace): Promise<LoadResult> => {
    const { ledger, sources, target, loader } = workspace;
    if (kind === "production" && lastPlan(ledger) === null) {
      throw new CutoverError("not-approved", "there is no plan that could have been approved", {
        stage: "load",
        remedy: "Make one with `cutover plan`, and have it approved with `cutover approve`.",
      });
    }
    if (planWaits(workspace)) {
      changed = await changedFiles(ledger, sources);
      if (changed.length > 0) streams.log(changedText(changed));
    } else if (kind === "rehearsal") {
      await planMigration(workspace, { organizations: [], signal, report: progress.report, onRetry });
    }
    const drafts = draftsThread(workspace);
    try {
      const loaded = await load({
        ledger,
        sources,
        target: { side: target, loader },
        policy: migration.policy,
        kind,
        batchSize,
        staged,
        ahead: drafts,
        signal,
        onProgress: engineProgress(progress.report),
        onRetry,
        onConditions: (before) => {
          const open = before.filter((c) => c.outcome !== "holds");
          if (open.length > 0) streams.log(conditionsText(open).trim());
        },
      });
      orphans = orphansWaiting(ledger);
      return loaded;
    } finally {
      await drafts?.close();
    }
  };
  const onNotice = (notice: string): void => streams.log(notice);
  const result = await withWorkspace(migration, "run", work, { ahead, onNotice }).finally(() =>
    progress.stop(),
  );
  const books = Object.entries(result.entities) as [EntityName, Balance][];
  const { conditions, resumed, repeated, state, ...json } = result;
  return {
    status: anyFlagged(books) || orphans > 0 ? exit.flags : exit.clean,
    json: { ...json, state, resumed, repeated, changedFiles: changed, conditions },
    text: runText(result, books),
  };
}

/** What a plan was made of does not change with the files. */
const changedText = (changed: readonly string[]): string =>
  `Not as the plan read ${changed.length === 1 ? "it" : "them"}: ${changed.join(", ")}. What is loaded is what was read then; plan again to take the changes along.`;

function runText(result: LoadResult, books: readonly (readonly [EntityName, Balance])[]): string {
  const unsettled = result.conditions.filter((c) => c.outcome !== "holds");
  const flagged = books.reduce((sum, [, b]) => sum + b.flagged, 0);
  return [
    `${result.kind === "rehearsal" ? "Rehearsal" : "Production run"} ${result.run}, ${result.state}${result.resumed ? " (resumed)" : ""}`,
    ...(result.repeated ? ["The plan was already loaded by this run: nothing was done."] : []),
    booksTable(books),
    "",
    result.balanced ? "The books balance." : "The books do not balance.",
    ...(flagged === 0 ? [] : [`${flagged.toLocaleString("en-US")} records need a person: cutover flags`]),
    ...(unsettled.length === 0 ? [] : [conditionsText(unsettled)]),
    "Next: cutover reconcile, then cutover report",
  ].join("\n");
}

/** What a person has to do or to sign, or what does not hold. */
const conditionsText = (conditions: LoadResult["conditions"]): string =>
  `\n${table(
    ["when", "what", "is", "how"],
    conditions.map((c) => [`${c.moment} the load`, c.name, c.outcome, c.manual ?? c.because]),
    { lines: 6 },
  )}\n`;
