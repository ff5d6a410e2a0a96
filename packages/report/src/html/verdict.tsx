import type { Evidence } from "../evidence.js";
import { number } from "./parts.js";
import { sourceTie, targetTie } from "./tied.js";

const marks = { match: "✓", mismatch: "✗", "not reconciled": "…" } as const;

/** The verdict first: what a reader who stops here must know. */
export function Verdict({ evidence }: { evidence: Evidence }) {
  const { verdict, run, totals } = evidence;
  const sum = (...ends: readonly (keyof Evidence["entities"][number]["balance"])[]): number =>
    evidence.entities.reduce((all, e) => all + ends.reduce((n, end) => n + e.balance[end], 0), 0);
  const untied = totals.filter((t) => t.ties === false).length;
  const unsure = totals.some((t) => sourceTie(t) === "not comparable" || targetTie(t) === "not comparable");
  const figures: readonly (readonly [string, string])[] = [
    ["records read", number(sum("read"))],
    ["in the target", number(sum("created", "updated", "unchanged"))],
    ["merged into others", number(sum("merged"))],
    ["left out by a rule", number(sum("excluded"))],
    ["held back, flagged", number(sum("flagged"))],
    ["books", verdict.balanced ? "balance" : "do not balance"],
    ...(totals.length === 0
      ? []
      : ([
          ["control totals", untied > 0 ? `${number(untied)} do not tie` : unsure ? "none wrong" : "all tie"],
        ] as const)),
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
