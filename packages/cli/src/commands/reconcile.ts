import { lastRun, type RunRow } from "@cutover/engine";
import { registerSide } from "@cutover/intake";
import { CutoverError, exit } from "@cutover/model";
import { reconcile as compareAll, type Reconciliation } from "@cutover/reconcile";
import type { Call, Outcome } from "../command.js";
import { withLedger } from "../migration/ledger.js";
import { readMigration } from "../migration/read.js";
import { rereading } from "../migration/rereading.js";
import { loadSystems } from "../migration/systems.js";
import { besideThread } from "../threads/beside-thread.js";
import { Closing, openTargetLoader, openTargetReader, targetName } from "../migration/workspace.js";
import { ProgressDisplay } from "../output/progress.js";
import { tellRetry } from "../output/retrying.js";
import { table } from "../output/table.js";
import { hasFlagged } from "@cutover/ledger";
import { unreadSources } from "../migration/unread.js";

/** `cutover reconcile`: read the target back and compare, record by record. */
export async function reconcile({ args, streams, signal }: Call): Promise<Outcome> {
  const migration = readMigration(args[0]);
  const systems = loadSystems(migration);
  const progress = new ProgressDisplay(streams);
  const { result, run, flagged } = await withLedger(
    migration,
    { write: true, command: "reconcile" },
    async (ledger) => {
      const run = lastRun(ledger);
      if (run === null || run.state === "undone") {
        throw new CutoverError(
          "nothing-to-do",
          run === null ? "nothing was run yet" : "the last run is undone",
          {
            stage: "reconcile",
            remedy: "Run first: cutover run.",
          },
        );
      }
      // It is read from its beginning to its end: what was read is not asked for again.
      ledger.db.pragma("cache_size = -4096");
      const closing = new Closing();
      const thread = besideThread(migration, systems, ledger);
      if (thread !== undefined) closing.add(thread);
      try {
        const extractor = await openTargetReader(migration, systems, closing);
        const target = registerSide(ledger, {
          name: targetName,
          role: "target",
          system: systems.target,
          extractor,
        });
        const rows = await openTargetLoader(migration, systems, closing);
        const beside = thread?.of(target);
        const onRetry = tellRetry(streams);
        const found = await rereading([target], { stage: "reconcile", signal, onRetry }, () =>
          compareAll({
            ledger,
            sources: unreadSources(ledger, systems),
            target,
            rows,
            beside,
            run: run.id,
            signal,
            onProgress: ({ step, entity, extract, done, total }) =>
              progress.report({
                phase: step === "read" ? "reading back" : "comparing",
                entity: entity ?? extract,
                done,
                total,
              }),
          }),
        );
        return { result: found, run, flagged: hasFlagged(ledger) };
      } finally {
        await closing.close();
      }
    },
  ).finally(() => progress.stop());
  return {
    status: result.verdict === "mismatch" ? exit.failed : flagged ? exit.flags : exit.clean,
    json: { ...result, state: run.state },
    text: reconcileText(result, run),
  };
}

const columns = ["source", "target", "equal", "explained", "different", "missing", "unexpected"] as const;

/** What could not be compared is never told as a tie. */
function totalsText(totals: Reconciliation["totals"]): string {
  const count = (ties: boolean | null): number => totals.filter((t) => t.ties === ties).length;
  const unsure = count(null) === 0 ? "" : `; ${count(null)} are not comparable (see the report)`;
  if (totals.length === 0) return "The systems declare no control totals.";
  if (count(false) > 0) return `${count(false)} of ${totals.length} control totals do not tie${unsure}:`;
  if (unsure !== "") return `${count(true)} of ${totals.length} control totals tie${unsure}.`;
  return `All ${totals.length} control totals tie.`;
}

/** The verdict in a sentence or two: a total of the source that does not tie says nothing against the target. */
function verdictText({ verdict, entities, totals }: Reconciliation): readonly string[] {
  if (verdict === "match") return ["Match: what the target holds is what was planned."];
  const asPlanned =
    Object.values(entities).every(
      ({ different, missing, unexpected }) => different + missing + unexpected === 0,
    ) && totals.every(({ atTarget }) => atTarget !== "differs");
  if (!asPlanned || !totals.some(({ atSource }) => atSource === "differs")) {
    return ["Mismatch: the target does not hold what was planned."];
  }
  return [
    "Mismatch: record by record the target holds what was planned, but a plain query counts the sources otherwise than",
    "they were read. Where values are other words than the system's `totals` know, declare your own `totals`, plan and",
    "run again; else the mapping reads the source wrongly.",
  ];
}

function reconcileText(result: Reconciliation, run: RunRow): string {
  const { entities, totals, others } = result;
  const goOn = `cutover run${run.kind === "production" ? " --production" : ""}`;
  const untied = totals.filter((t) => t.ties === false);
  const of = (grouping: Readonly<Record<string, string>>): string =>
    Object.entries(grouping)
      .map(([name, value]) => `${name} ${value === "" ? "(none)" : value}`)
      .join(", ") || "all";
  const isFinished = run.state === "finished";
  return [
    ...(isFinished
      ? []
      : [
          `Run ${run.id} is not finished: go on with \`${goOn}\`. Until then what it did not write yet is missing.`,
        ]),
    ...verdictText(result),
    table(
      ["entity", ...columns],
      Object.entries(entities).map(([entity, r]) => [entity, ...columns.map((c) => r[c])]),
    ),
    ...others.map(({ entity, sentence }) => `${entity}: ${sentence}.`),
    "",
    totalsText(totals),
    ...(untied.length === 0
      ? []
      : [
          table(
            ["entity", "measure", "of", "source", "ledger", "before", "expected", "after"],
            untied
              .slice(0, 20)
              .map((t) => [
                t.entity,
                t.measure,
                of(t.grouping),
                t.source,
                t.ledger,
                t.before,
                t.expected,
                t.after,
              ]),
          ),
        ]),
    `Next: ${isFinished ? "cutover report" : `${goOn}, then cutover reconcile`}`,
  ].join("\n");
}
