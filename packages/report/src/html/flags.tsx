import { entityNames } from "@cutover/model";
import type { DecisionOf, Evidence, FlagOf } from "../evidence.js";
import { number, Quiet, Section, When } from "./parts.js";
import { Table, type ColumnOf } from "./table.js";

/** One code over all entities. */
interface Code extends FlagOf {
  readonly spread: string;
}

function byCode(flags: readonly FlagOf[]): readonly Code[] {
  const codes = grouped(flags);
  const last = (f: FlagOf): number => (f.code === "dependent" ? 1 : 0);
  return [...codes.values()]
    .map((of) => ({
      ...of[0]!,
      count: of.reduce((n, f) => n + f.count, 0),
      waiting: of.reduce((n, f) => n + f.waiting, 0),
      spread: of
        .toSorted((a, b) => entityNames.indexOf(a.entity) - entityNames.indexOf(b.entity))
        .map((f) => `${number(f.count)} ${f.entity}`)
        .join(", "),
    }))
    .toSorted((a, b) => last(a) - last(b) || b.count - a.count || (a.code < b.code ? -1 : 1));
}

function grouped(flags: readonly FlagOf[]): Map<string, FlagOf[]> {
  const codes = new Map<string, FlagOf[]>();
  for (const flag of flags) codes.set(flag.code, [...(codes.get(flag.code) ?? []), flag]);
  return codes;
}

const code: ColumnOf<Code> = {
  title: "code",
  form: "k",
  cell: (f) => (
    <>
      <code>{f.code}</code>
      <Quiet>{f.spread}</Quiet>
    </>
  ),
};
const meaning: ColumnOf<Code> = {
  title: "meaning and remedy",
  form: "w",
  cell: (f) => (
    <>
      {f.meaning}
      {f.remedy === "" ? null : <Quiet>{f.remedy}</Quiet>}
    </>
  ),
};
const records: ColumnOf<Code> = { title: "records", form: "n", cell: (f) => number(f.count) };
const waiting: ColumnOf<Code> = { title: "still waiting", form: "n", cell: (f) => number(f.waiting) };

function Decisions({ decisions }: { decisions: readonly DecisionOf[] }) {
  if (decisions.length === 0) return <p>No flag was decided by a person.</p>;
  return (
    <Table
      stacked
      caption="Decisions of persons"
      rows={decisions}
      columns={[
        { title: "decision", form: "k", cell: (d: DecisionOf) => d.action },
        {
          title: "of",
          form: "k",
          cell: (d: DecisionOf) => (
            <>
              <code>{d.code}</code>
              <Quiet>{d.field === null ? d.entity : `${d.entity}.${d.field}`}</Quiet>
            </>
          ),
        },
        {
          title: "by whom, and why",
          form: "w",
          cell: (d: DecisionOf) => (
            <>
              {d.by}: {d.because}
              <Quiet>
                <When at={d.firstAt} />
                {d.lastAt === d.firstAt ? null : (
                  <>
                    {" "}
                    to <When at={d.lastAt} />
                  </>
                )}
              </Quiet>
            </>
          ),
        },
        { title: "records", form: "n", cell: (d: DecisionOf) => number(d.count) },
      ]}
    />
  );
}

export function Flags({ evidence }: { evidence: Evidence }) {
  const flags = byCode(evidence.flags.filter((f) => f.severity === "flag"));
  const warnings = byCode(evidence.flags.filter((f) => f.severity === "warning"));
  return (
    <Section
      id="flags"
      title="Flags by code"
      lead="A flag holds a record back until its cause is seen to and a new plan is made. A warning is told, and the record goes on. A record can have several."
    >
      {flags.length === 0 ? (
        <p>No record was flagged.</p>
      ) : (
        <Table stacked caption="Flags" rows={flags} columns={[code, meaning, records, waiting]} />
      )}
      {warnings.length === 0 ? (
        <p>No record has a warning.</p>
      ) : (
        <Table stacked caption="Warnings" rows={warnings} columns={[code, meaning, records]} />
      )}
      <Decisions decisions={evidence.decisions} />
    </Section>
  );
}
