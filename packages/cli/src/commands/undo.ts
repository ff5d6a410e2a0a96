import { runOf, undo as takeBack } from "@cutover/engine";
import type { Ledger } from "@cutover/ledger";
import { CutoverError, exit } from "@cutover/model";
import type { Call, Outcome } from "../command.js";
import { engineProgress } from "../migration/planning.js";
import { readMigration } from "../migration/read.js";
import { withTarget } from "../migration/workspace.js";
import { ProgressDisplay } from "../output/progress.js";
import { tellRetry } from "../output/retrying.js";
import { table } from "../output/table.js";

/** `cutover undo`: take a run back; what was edited or built upon since is kept and listed. */
export async function undo({ args, options, streams, signal }: Call): Promise<Outcome> {
  const wanted = options["run"];
  if (typeof wanted === "string" && !/^[1-9]\d{0,14}$/.test(wanted)) {
    throw new CutoverError("usage", "--run takes a run's number");
  }
  const migration = readMigration(args[0]);
  const progress = new ProgressDisplay(streams);
  const { result, standing } = await withTarget(migration, "undo", async ({ ledger, target, loader }) => {
    const run = typeof wanted === "string" ? Number(wanted) : lastStanding(ledger);
    if (run === null) throw new CutoverError("nothing-to-do", "there is no run to undo", { stage: "undo" });
    if (runOf(ledger, run)?.state === "undone") {
      throw new CutoverError("nothing-to-do", `run ${run} is undone already`, { stage: "undo" });
    }
    const undone = await takeBack({
      ledger,
      target: { side: target, loader },
      run,
      signal,
      onProgress: engineProgress(progress.report),
      onRetry: tellRetry(streams),
    });
    return { result: undone, standing: lastStanding(ledger) };
  }).finally(() => progress.stop());
  const kept = result.kept.map((k) => [k.table, k.rowKey, k.why]);
  return {
    // What was kept is for a person to look at.
    status: kept.length === 0 ? exit.clean : exit.flags,
    json: result,
    text: [
      `Run ${result.run} is undone: ${result.deleted.toLocaleString("en-US")} rows deleted, ${result.restored.toLocaleString("en-US")} restored.`,
      ...(kept.length === 0
        ? ["The target's rows are as they were before the run."]
        : [
            `${kept.length.toLocaleString("en-US")} rows were kept:`,
            table(["table", "row", "why"], kept.slice(0, 50)),
          ]),
      ...(standing === null
        ? []
        : [`Run ${standing} came before it and still stands: undo again to take it back too.`]),
    ].join("\n"),
  };
}

/** The last run that still stands. */
const lastStanding = (ledger: Ledger): number | null =>
  (ledger.db.prepare("SELECT id FROM run WHERE state <> 'undone' ORDER BY id DESC LIMIT 1").pluck().get() as
    | number
    | undefined) ?? null;
