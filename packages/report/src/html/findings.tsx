import type { ConditionOf, DifferenceOf, Evidence, FidelityOf, FlagOf, TotalOf } from "../evidence.js";
import { number, Section, Table, Tag } from "./parts.js";

const group = (t: TotalOf) =>
  Object.entries(t.grouping)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ") || "all";

const tie = (t: TotalOf) =>
  t.ties === null ? "" : <Tag kind={t.ties ? "equal" : "different"}>{t.ties ? "ties" : "does not tie"}</Tag>;

export function Totals({ evidence }: { evidence: Evidence }) {
  if (evidence.totals.length === 0) return null;
  return (
    <Section
      id="totals"
      title="Control totals"
      lead="Taken by plain queries on the raw source and the raw target, past the mappings. The source must agree with the ledger; the target afterwards with what was there before and what the ledger says was loaded."
    >
      <Table
        caption="Control totals"
        rows={evidence.totals}
        columns={[
          { title: "entity", cell: (t: TotalOf) => t.entity },
          { title: "measure", cell: (t: TotalOf) => t.measure.replace("_", " ") },
          { title: "of", cell: group },
          { title: "source", numeric: true, cell: (t: TotalOf) => t.source ?? "—" },
          { title: "ledger", numeric: true, cell: (t: TotalOf) => t.ledger ?? "—" },
          { title: "target before", numeric: true, cell: (t: TotalOf) => t.before ?? "—" },
          { title: "expected", numeric: true, cell: (t: TotalOf) => t.expected ?? "—" },
          { title: "target after", numeric: true, cell: (t: TotalOf) => t.after ?? "—" },
          { title: "", cell: tie },
        ]}
      />
    </Section>
  );
}

export function Differences({ evidence }: { evidence: Evidence }) {
  return (
    <Section
      id="differences"
      title="Differences by rule"
      lead="Each difference between source and target is predicted by an approved rule of the mapping, or it is an exception."
    >
      {evidence.differences.length === 0 ? (
        <p>None: what was read back equals the source in every compared field.</p>
      ) : (
        <Table
          caption="Differences"
          rows={evidence.differences}
          columns={[
            { title: "rule", cell: (d: DifferenceOf) => d.rule ?? "no rule" },
            { title: "entity", cell: (d: DifferenceOf) => d.entity },
            { title: "field", cell: (d: DifferenceOf) => d.field ?? "—" },
            { title: "verdict", cell: (d: DifferenceOf) => <Tag kind={d.verdict}>{d.verdict}</Tag> },
            { title: "count", numeric: true, cell: (d: DifferenceOf) => number(d.count) },
          ]}
        />
      )}
    </Section>
  );
}

export function Flags({ evidence }: { evidence: Evidence }) {
  return (
    <Section
      id="flags"
      title="Flags by code"
      lead="A flag holds a record back until a person decides. A warning is told, and the record went on."
    >
      {evidence.flags.length === 0 ? (
        <p>None.</p>
      ) : (
        <Table
          caption="Flags and warnings"
          rows={evidence.flags}
          columns={[
            { title: "code", cell: (f: FlagOf) => <code>{f.code}</code> },
            { title: "", cell: (f: FlagOf) => <Tag kind={f.severity}>{f.severity}</Tag> },
            { title: "entity", cell: (f: FlagOf) => f.entity },
            { title: "records", numeric: true, cell: (f: FlagOf) => number(f.count) },
            { title: "what it means", cell: (f: FlagOf) => f.meaning },
            { title: "what to do", cell: (f: FlagOf) => f.remedy },
          ]}
        />
      )}
    </Section>
  );
}

export function FidelityTable({ evidence }: { evidence: Evidence }) {
  const lost = evidence.fidelity.filter((f) => f.fidelity !== "kept" || f.because !== null);
  const kept = evidence.fidelity.length - lost.length;
  return (
    <Section
      id="fidelity"
      title="What the target cannot hold"
      lead={`${number(kept)} fields are kept as they are; these are not, or not wholly.`}
    >
      <Table
        caption="Fidelity"
        rows={lost}
        columns={[
          { title: "field", cell: (f: FidelityOf) => `${f.entity}.${f.field}` },
          { title: "mapping", cell: (f: FidelityOf) => f.mapping },
          { title: "", cell: (f: FidelityOf) => <Tag kind={f.fidelity}>{f.fidelity}</Tag> },
          { title: "column", cell: (f: FidelityOf) => f.column ?? "—" },
          { title: "because", cell: (f: FidelityOf) => f.because ?? "" },
        ]}
      />
    </Section>
  );
}

export function Conditions({ evidence }: { evidence: Evidence }) {
  if (evidence.conditions.length === 0) return null;
  return (
    <Section
      id="conditions"
      title="Conditions before and after"
      lead="What had to hold or be done around the load."
    >
      <Table
        caption="Conditions"
        rows={evidence.conditions}
        columns={[
          { title: "condition", cell: (c: ConditionOf) => c.name },
          { title: "when", cell: (c: ConditionOf) => c.moment },
          { title: "", cell: (c: ConditionOf) => <Tag kind={c.outcome}>{c.outcome}</Tag> },
          { title: "because", cell: (c: ConditionOf) => c.because },
          { title: "step", cell: (c: ConditionOf) => c.manual ?? "" },
        ]}
      />
    </Section>
  );
}

export function Seal({ evidence }: { evidence: Evidence }) {
  const { seal } = evidence;
  const rows = [
    ["Plan", seal.plan, "seals the four below and the tool"],
    ["Definition", seal.definition, "mappings, extracts, overrides, parameters, versions of the steps"],
    ["Staged data", seal.staged, "what was read from the sources"],
    ["Target state", seal.target, "what the target held when the plan was made"],
    [
      "Event chain",
      seal.head,
      `head of ${number(seal.events)} entries, each with the digest of the one before`,
    ],
  ] as const;
  return (
    <Section id="seal" title="Seals" lead="SHA-256 digests. Recomputed from the ledger, they must agree.">
      <dl class="facts seals">
        {rows.map(([name, digest, meaning]) => (
          <>
            <dt>{name}</dt>
            <dd>
              <code>{digest}</code>
              <span class="block">{meaning}</span>
            </dd>
          </>
        ))}
      </dl>
      <p class="lead">
        Written {evidence.writtenAt} by Cutover {evidence.tool}.
      </p>
    </Section>
  );
}
