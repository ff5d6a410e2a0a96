import { existsSync } from "node:fs";
import path from "node:path";
import { CutoverError, exit } from "@cutover/model";
import { currentExtraction, type Ledger } from "@cutover/ledger";
import { extractionOf, reportFiles, writeReport } from "@cutover/report";
import type { Call, Outcome } from "../command.js";
import { withLedger } from "../migration/ledger.js";
import { readMigration } from "../migration/read.js";
import { loadSystems } from "../migration/systems.js";
import { reportInput } from "../migration/reporting.js";

/**
 * A ledger keeps the books of the last plan. Those of an earlier run have gone over into them, and a
 * report of it made now would be another one.
 */
function assertCurrent(ledger: Ledger, run: number, folder: string): void {
  if (extractionOf(ledger.db, run) === currentExtraction(ledger)) return;
  throw new CutoverError("stale-plan", `the data was staged anew since run ${run}`, {
    stage: "report",
    remedy: `${
      existsSync(path.join(folder, reportFiles.page))
        ? `Read the report that was written then, under ${path.relative(process.cwd(), folder)}; or load`
        : "No report of it was written while it could be. Load"
    } the new plan, reconcile, and report that run.`,
  });
}

/** `cutover report`: the pack for auditors, from the ledger alone. */
export async function report({ args, options }: Call): Promise<Outcome> {
  const migration = readMigration(args[0]);
  const systems = loadSystems(migration);
  return withLedger(migration, { write: false, command: "report" }, async (ledger) => {
    const wanted = options["run"];
    const run = (
      typeof wanted === "string"
        ? ledger.db.prepare("SELECT id FROM run WHERE id = ?").pluck().get(wanted)
        : ledger.db.prepare("SELECT id FROM run ORDER BY id DESC LIMIT 1").pluck().get()
    ) as number | undefined;
    if (run === undefined) {
      throw new CutoverError(
        "nothing-to-do",
        typeof wanted === "string" ? `there is no run ${wanted}` : "nothing was run yet",
        {
          stage: "report",
          remedy: "Run first: cutover run.",
        },
      );
    }
    const own = path.join(migration.folder, "reports", String(run));
    assertCurrent(ledger, run, own);
    const out = options["out"];
    const folder = typeof out === "string" ? path.resolve(out) : own;
    const evidence = await writeReport(folder, reportInput(ledger, migration, systems, run));
    const files = Object.fromEntries(
      Object.entries(reportFiles).map(([name, file]) => [name, path.join(folder, file)]),
    );
    const flagged = evidence.entities.some((e) => e.balance.flagged > 0);
    const status = evidence.verdict.outcome === "mismatch" ? exit.failed : flagged ? exit.flags : exit.clean;
    return {
      status,
      json: { run, folder, files, verdict: evidence.verdict, exceptions: evidence.exceptionCount },
      text: [
        evidence.verdict.sentence,
        ...evidence.verdict.remarks,
        path.relative(process.cwd(), path.join(folder, reportFiles.page)),
      ].join("\n"),
    };
  });
}
