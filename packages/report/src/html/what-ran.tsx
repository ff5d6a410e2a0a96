import type { Evidence } from "../evidence.js";
import { Section } from "./parts.js";

const when = (iso: string | null) =>
  iso === null ? "—" : <time dateTime={iso}>{iso.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC")}</time>;

/** Which systems, when, by whose approval. */
export function WhatRan({ evidence }: { evidence: Evidence }) {
  const { run } = evidence;
  const sources = evidence.sides.filter((side) => side.role === "source");
  const targets = evidence.sides.filter((side) => side.role === "target");
  const named = (sides: typeof sources) => sides.map((side) => `${side.name} (${side.title})`).join(", ");
  return (
    <Section id="run" title="What ran">
      <dl class="facts">
        <dt>From</dt>
        <dd>{named(sources)}</dd>
        <dt>To</dt>
        <dd>{named(targets)}</dd>
        <dt>Run</dt>
        <dd>
          {run.kind} {run.id}, {run.state}; scope: {run.scope}
        </dd>
        <dt>Loaded</dt>
        <dd>
          {when(run.startedAt)} – {when(run.finishedAt)}
        </dd>
        <dt>Read back</dt>
        <dd>{when(run.reconciledAt)}</dd>
        <dt>Approval</dt>
        <dd>
          {run.approvals.length === 0
            ? "none on record for this plan"
            : run.approvals.map((a) => (
                <span class="block">
                  {a.answer} by {a.by}, {when(a.at)}
                  {a.because === null ? "" : ` — ${a.because}`}
                </span>
              ))}
        </dd>
      </dl>
    </Section>
  );
}
