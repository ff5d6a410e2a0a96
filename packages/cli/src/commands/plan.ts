import type { Condition } from "@cutover/mapping";
import { exit } from "@cutover/model";
import { gatherFlags, gatherReasons } from "@cutover/report";
import type { Call, Outcome } from "../command.js";
import { becauseOf } from "../migration/declared.js";
import { planMigration } from "../migration/planning.js";
import { readMigration } from "../migration/read.js";
import { withWorkspace } from "../migration/workspace.js";
import { anyFlagged } from "../output/books.js";
import { planText, type PlanTold } from "../output/plan-text.js";
import { ProgressDisplay } from "../output/progress.js";
import { tellRetry } from "../output/retrying.js";

/** `cutover plan`: what a load would do, sealed. */
export async function plan({ args, options, streams, signal }: Call): Promise<Outcome> {
  const migration = readMigration(args[0]);
  const organizations = (options["organization"] as readonly string[] | undefined) ?? [];
  const progress = new ProgressDisplay(streams);
  const told = await withWorkspace(migration, "plan", async (workspace): Promise<PlanTold> => {
    const planned = await planMigration(workspace, {
      organizations,
      delta: options["delta"] === true,
      signal,
      report: progress.report,
      onRetry: tellRetry(streams),
    });
    const { db } = workspace.ledger;
    return {
      planned,
      before: workspace.systems.target.before,
      flags: gatherFlags(db),
      reasons: gatherReasons(db, becauseOf(workspace.systems)),
    };
  }).finally(() => progress.stop());
  const { plan: made, checked } = told.planned;
  return {
    status: anyFlagged(made.entities) || checked.orphansFlagged > 0 ? exit.flags : exit.clean,
    json: planJson(told),
    text: planText(told),
  };
}

const planJson = ({
  planned: { plan: p, read, target, checked, empty, delta },
  before,
  flags,
  reasons,
}: PlanTold) => ({
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
  flags: flags.map(({ code, severity, entity, meaning, count }) => ({
    code,
    severity,
    entity,
    records: count,
    meaning,
  })),
  reasons,
  undo: p.capabilities.undo,
  read,
  target,
  checked,
  empty,
  delta,
  before: before.map(conditionJson),
});

const conditionJson = ({ name, because, severity, sql, manual }: Condition): unknown => ({
  name,
  because,
  severity,
  checked: sql !== null,
  manual,
});
