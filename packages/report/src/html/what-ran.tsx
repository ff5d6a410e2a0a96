import type { Evidence, ExtractOf } from "../evidence.js";
import { counted, Fold, number, Section, Tag, When } from "./parts.js";
import { Table } from "./table.js";

const moments = { source: "source", before: "target, before", after: "target, after" } as const;

/** Whether every row that was there was also read. */
function Extracts({ extracts }: { extracts: readonly ExtractOf[] }) {
  if (extracts.length === 0) return null;
  const short = extracts.filter((e) => e.counted !== e.read).length;
  return (
    <Fold
      open={short > 0}
      summary={
        short === 0
          ? `Each of ${counted(extracts.length, "reading", "readings")} got as many rows as were counted beforehand`
          : `${counted(short, "reading", "readings")} did not get as many rows as were counted beforehand`
      }
    >
      <Table
        caption="Rows counted, and rows read"
        rows={extracts}
        columns={[
          { title: "mapping", form: "k", cell: (e: ExtractOf) => e.mapping },
          { title: "from", cell: (e: ExtractOf) => `${e.side} (${moments[e.moment]})` },
          { title: "counted", form: "n", cell: (e: ExtractOf) => number(e.counted) },
          { title: "read", form: "n", cell: (e: ExtractOf) => number(e.read) },
          {
            title: "agrees",
            cell: (e: ExtractOf) =>
              e.counted === e.read ? <Tag kind="equal">yes</Tag> : <Tag kind="different">no</Tag>,
          },
        ]}
      />
    </Fold>
  );
}

/** Which systems, when, by whose approval. */
export function WhatRan({ evidence }: { evidence: Evidence }) {
  const { run } = evidence;
  const named = (role: "source" | "target") =>
    evidence.sides
      .filter((side) => side.role === role)
      .map((side) => (
        <span class="line">
          {side.title}{" "}
          <span class="quiet">
            ({role === "target" || side.name === side.system ? side.system : `${side.name}, ${side.system}`})
          </span>
        </span>
      ));
  return (
    <Section id="run" title="What ran">
      <dl class="facts">
        <dt>From</dt>
        <dd>{named("source")}</dd>
        <dt>To</dt>
        <dd>{named("target")}</dd>
        <dt>Run</dt>
        <dd>
          {run.kind} {run.id}, {run.state}; scope: {run.scope}
        </dd>
        <dt>Planned</dt>
        <dd>
          <When at={run.plannedAt} />
        </dd>
        <dt>Approval</dt>
        <dd>
          {run.approvals.length === 0
            ? run.kind === "rehearsal"
              ? "none on record for this plan; a rehearsal needs none"
              : "none on record for this plan by its digest"
            : run.approvals.map((a) => (
                <span class="line">
                  {a.answer} by {a.by}, <When at={a.at} />
                  {a.because === null ? "" : `: ${a.because}`}
                </span>
              ))}
        </dd>
        <dt>Loaded</dt>
        <dd>
          <When at={run.startedAt} /> to <When at={run.finishedAt} />
        </dd>
        <dt>Read back</dt>
        <dd>{run.reconciledAt === null ? "not yet" : <When at={run.reconciledAt} />}</dd>
      </dl>
      <Extracts extracts={evidence.extracts} />
    </Section>
  );
}
