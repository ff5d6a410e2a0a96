import type { Plan } from "@cutover/engine";
import type { Condition } from "@cutover/mapping";
import { exit } from "@cutover/model";
import type { Call, Outcome } from "../command.js";
import { planMigration, type Planned } from "../migration/planning.js";
import { readMigration } from "../migration/read.js";
import { withWorkspace } from "../migration/workspace.js";
import { anyFlagged, booksTable } from "../output/books.js";
import { ProgressDisplay } from "../output/progress.js";
import { tellRetry } from "../output/retrying.js";
import { table } from "../output/table.js";

/** `cutover plan`: what a load would do, sealed. */
export async function plan({ args, options, streams, signal }: Call): Promise<Outcome> {
  const migration = readMigration(args[0]);
  const organizations = (options["organization"] as readonly string[] | undefined) ?? [];
  const progress = new ProgressDisplay(streams);
  const { planned, before } = await withWorkspace(migration, "plan", async (workspace) => ({
    planned: await planMigration(workspace, {
      organizations,
      delta: options["delta"] === true,
      signal,
      report: progress.report,
      onRetry: tellRetry(streams),
    }),
    before: workspace.systems.target.before,
  })).finally(() => progress.stop());
  return {
    status: anyFlagged(planned.plan.entities) || planned.checked.orphansFlagged > 0 ? exit.flags : exit.clean,
    json: { ...planJson(planned), before: before.map(conditionJson) },
    text: planText(planned, before),
  };
}

const planJson = ({ plan: p, read, target, checked, delta }: Planned) => ({
  plan: {
    id: p.id,
    digest: p.digest,
    definition: p.definition,
    staged: p.staged,
    target: p.target,
    tool: p.tool,
    scope: JSON.parse(p.scope) as unknown,
    createdAt: p.createdAt,
  },
  entities: Object.fromEntries(p.entities),
  fidelity: p.fidelity,
  undo: p.capabilities.undo,
  read,
  target,
  checked,
  delta,
});

const conditionJson = ({ name, because, severity, sql, manual }: Condition): unknown => ({
  name,
  because,
  severity,
  checked: sql !== null,
  manual,
});

/** What a person has to do before a load; what a query proves, a run tries itself. */
function beforeText(before: readonly Condition[]): readonly string[] {
  const byHand = before.filter(({ sql }) => sql === null);
  if (byHand.length === 0) return [];
  const rest = before.length - byHand.length;
  return [
    "Before a load, by hand:",
    table(
      ["what", "how"],
      byHand.map(({ name, manual, because }) => [name, manual ?? because]),
      { lines: 6 },
    ),
    ...(rest === 0
      ? []
      : [`\`cutover run\` checks ${rest} more ${rest === 1 ? "condition" : "conditions"} itself.`]),
    "",
  ];
}

/** What became of the wish for a delta, and what the source no longer has. */
function deltaText({ delta, checked: { orphaned } }: Planned): readonly string[] {
  const lines: string[] = [];
  if (delta?.run != null) lines.push(`A delta: what changed since run ${delta.run}.`);
  if (delta?.because != null) lines.push(`A full plan, no delta: ${delta.because}.`);
  for (const { source, extract, because } of delta?.whole ?? []) {
    lines.push(`${extract} of ${source} was read whole: ${because}.`);
  }
  if (orphaned > 0) {
    const many = orphaned.toLocaleString("en-US");
    lines.push(
      `${many} records are in the target and no longer in the source: cutover flags --code vanished --warnings`,
    );
  }
  return lines;
}

function lossText(plan_: Plan): string {
  const lost = plan_.fidelity.filter((f) => f.fidelity !== "kept" && f.values > 0);
  if (lost.length === 0) return "Every value has its place in the target.";
  const rows = lost
    .toSorted((a, b) => b.values - a.values)
    .slice(0, 12)
    .map((f) => [`${f.entity}.${f.field}`, f.fidelity, f.values, f.because]);
  const more = lost.length > rows.length ? `\n… and ${lost.length - rows.length} more fields (--json).` : "";
  return `What the target cannot hold:\n${table(["field", "", "values", "because"], rows)}${more}`;
}

function planText(planned: Planned, before: readonly Condition[]): string {
  const { plan: made } = planned;
  const flagged = [...made.entities.values()].reduce((sum, b) => sum + b.flagged, 0);
  return [
    "A load of this plan would do:",
    booksTable(made.entities),
    "",
    lossText(made),
    "",
    ...beforeText(before),
    ...deltaText(planned),
    `Undo: ${made.capabilities.undo}.`,
    `Plan ${made.id}, sealed by ${made.digest}`,
    flagged === 0 ? "No flags." : `${flagged.toLocaleString("en-US")} records need a person: cutover flags`,
    "Next: cutover run (a rehearsal), or have it approved: cutover approve",
  ].join("\n");
}
