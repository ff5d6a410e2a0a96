import type { Evidence } from "../evidence.js";
import { number } from "./parts.js";

const marks = { match: "✓", mismatch: "✗", "not reconciled": "…" } as const;

/** The verdict first: what a reader who stops here must know. */
export function Verdict({ evidence }: { evidence: Evidence }) {
  const { verdict, run } = evidence;
  const read = evidence.entities.reduce((sum, e) => sum + e.balance.read, 0);
  const flagged = evidence.entities.reduce((sum, e) => sum + e.balance.flagged, 0);
  const moved = evidence.entities.reduce(
    (sum, e) => sum + e.balance.created + e.balance.updated + e.balance.unchanged,
    0,
  );
  return (
    <header class={`verdict ${verdict.outcome.replaceAll(" ", "-")}`}>
      <p class="kind">
        {run.kind === "production" ? "Production run" : "Rehearsal — not the real migration"} ·{" "}
        {evidence.migration}
      </p>
      <h1>
        <span class="mark" aria-hidden="true">
          {marks[verdict.outcome]}
        </span>{" "}
        {verdict.sentence}
      </h1>
      <dl class="figures">
        <div>
          <dt>records read</dt>
          <dd>{number(read)}</dd>
        </div>
        <div>
          <dt>in the target</dt>
          <dd>{number(moved)}</dd>
        </div>
        <div>
          <dt>need a person</dt>
          <dd>{number(flagged)}</dd>
        </div>
        <div>
          <dt>books</dt>
          <dd>{verdict.balanced ? "balance" : "do not balance"}</dd>
        </div>
      </dl>
    </header>
  );
}
