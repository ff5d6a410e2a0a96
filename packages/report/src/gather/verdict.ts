import { isBalanced } from "@cutover/model";
import type { EntityOf, TotalOf, VerdictOf } from "../evidence.js";

const sum = (entities: readonly EntityOf[], of: (e: EntityOf) => number): number =>
  entities.reduce((total, entity) => total + of(entity), 0);

const counted = (n: number, one: string, many: string): string =>
  `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;

/** The verdict and the sentence that says it to someone who reads nothing else. */
export function verdictOf(
  entities: readonly EntityOf[],
  totals: readonly TotalOf[],
  outcome: VerdictOf["outcome"],
): VerdictOf {
  const balanced = entities.every((e) => isBalanced(e.balance));
  const read = sum(entities, (e) => e.balance.read);
  const flagged = sum(entities, (e) => e.balance.flagged);
  const untied = totals.filter((t) => t.ties === false).length;
  const wrong = {
    different: sum(entities, (e) => e.reconciled?.different ?? 0),
    missing: sum(entities, (e) => e.reconciled?.missing ?? 0),
    unexpected: sum(entities, (e) => e.reconciled?.unexpected ?? 0),
  };
  const parts: string[] = [];
  if (!balanced) parts.push("The books do not balance.");
  if (outcome === "not reconciled") {
    parts.push(
      `${counted(read, "record was", "records were")} accounted for; the target has not been read back yet.`,
    );
  } else if (outcome === "match") {
    parts.push(
      `Every one of ${counted(read, "record is", "records are")} accounted for, and what the target holds is what was approved.`,
    );
  } else {
    const found = Object.entries(wrong)
      .filter(([, n]) => n > 0)
      .map(([name, n]) => `${n.toLocaleString("en-US")} ${name}`);
    if (untied > 0) found.push(counted(untied, "control total does not tie", "control totals do not tie"));
    parts.push(
      `The target does not hold what was approved: ${found.join(", ") || "see the control totals"}.`,
    );
  }
  if (flagged > 0) parts.push(`${counted(flagged, "record needs", "records need")} a person.`);
  return { outcome, balanced, sentence: parts.join(" ") };
}
