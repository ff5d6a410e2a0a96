import { rmSync } from "node:fs";
import path from "node:path";
import { cutover } from "./command-line.js";
import { compareLabels, type Comparison, type Found } from "./compare-labels.js";
import { makeDemoMigration, type DemoOptions } from "./migration.js";
import { repeatedRecords } from "./repeated-records.js";
import { comeAlive } from "./report-safety.js";

/** The demo's one document. */
export interface DemoResult {
  readonly folder: string;
  /** Folder of the auditors' pack. */
  readonly report: string;
  /** What `cutover run` said. */
  readonly run: unknown;
  /** What `cutover reconcile` said. */
  readonly reconcile: unknown;
  readonly planted: Comparison;
  /** Values from the data that came alive in the report; none is right. */
  readonly alive: readonly string[];
  readonly seconds: Readonly<Record<"generate" | "run" | "reconcile" | "report", number>>;
}

const memberOf = (document: unknown, name: string): unknown =>
  typeof document === "object" && document !== null
    ? (document as Readonly<Record<string, unknown>>)[name]
    : undefined;

/**
 * Makes a company's exports with planted defects and moves them into an empty Moodle by the real
 * command line: run (which plans first), reconcile, report. Compares what was flagged with what was planted.
 */
export async function runDemo(
  folder: string,
  options: DemoOptions = {},
  onStep: (text: string) => void = () => undefined,
): Promise<DemoResult> {
  const begun = performance.now();
  onStep("Writing the exports of a company, with defects planted in them");
  const { labels } = await makeDemoMigration(folder, options);
  const generate = (performance.now() - begun) / 1000;

  // Four ends with flags: that is what defects are planted for.
  onStep("Extracting, mapping, checking, matching, loading: cutover run");
  const run = await cutover(["run", folder], [0, 4]);
  onStep("Reading back and comparing: cutover reconcile");
  const reconcile = await cutover(["reconcile", folder], [0, 4, 5]);
  onStep("Writing the pack for auditors: cutover report");
  const report = path.join(folder, "reports", "demo");
  rmSync(report, { recursive: true, force: true });
  const [written, flags] = await Promise.all([
    cutover(["report", folder, "--out", report], [0, 4, 5]),
    cutover(["flags", folder, "--warnings"], [0, 4]),
  ]);
  return {
    folder,
    report,
    run: run.document,
    reconcile: reconcile.document,
    planted: compareLabels(
      (memberOf(flags.document, "flags") ?? []) as readonly Found[],
      repeatedRecords(folder),
      labels,
    ),
    alive: comeAlive(report),
    seconds: {
      generate,
      run: run.seconds,
      reconcile: reconcile.seconds,
      report: written.seconds,
    },
  };
}
