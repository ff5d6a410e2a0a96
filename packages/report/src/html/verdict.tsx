import type { Evidence } from "../evidence.js";
import { number } from "./parts.js";

const marks = { match: "✓", mismatch: "✗", "not reconciled": "…" } as const;

/** How the control totals stand, in as few words as a tile holds. */
function told(all: number, untied: number, unsure: number): string {
  if (untied > 0) return `${number(untied)} do not tie`;
  return unsure === 0 ? "all tie" : `${number(all - unsure)} tie, ${number(unsure)} not comparable`;
}

/** The verdict first: what a reader who stops here must know. */
export function Verdict({ evidence }: { evidence: Evidence }) {
  const { verdict, run, totals } = evidence;
  const sum = (...ends: readonly (keyof Evidence["entities"][number]["balance"])[]): number =>
    evidence.entities.reduce((all, e) => all + ends.reduce((n, end) => n + e.balance[end], 0), 0);
  const untied = totals.filter((t) => t.ties === false).length;
  const unsure = totals.filter((t) => t.ties === null).length;
  const figures: readonly (readonly [string, string])[] = [
    ["records read", number(sum("read"))],
    ["in the target", number(sum("created", "updated", "unchanged"))],
    ["merged into others", number(sum("merged"))],
    ["left out by a rule", number(sum("excluded"))],
    ["held back, flagged", number(sum("flagged"))],
    ["books", verdict.balanced ? "balance" : "do not balance"],
    ...(totals.length === 0 ? [] : ([["control totals", told(totals.length, untied, unsure)]] as const)),
  ];
  return (
    <header class={`verdict ${verdict.outcome.replaceAll(" ", "-")}`}>
      <p class="kind">
        {run.kind === "production" ? "Production run" : "Rehearsal, not the real migration"} ·{" "}
        {evidence.migration}
      </p>
      <h1>
        <span class="mark" aria-hidden="true">
          {marks[verdict.outcome]}
        </span>{" "}
        {verdict.sentence}
      </h1>
      {verdict.remarks.length === 0 ? null : (
        <ul class="remarks">
          {verdict.remarks.map((remark) => (
            <li>{remark}</li>
          ))}
        </ul>
      )}
      <dl class="figures">
        {figures.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </header>
  );
}
