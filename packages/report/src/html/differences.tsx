import { entityNames } from "@cutover/model";
import type { DifferenceOf, Evidence } from "../evidence.js";
import { counted, Fold, number, Quiet, Section, Tag } from "./parts.js";
import { Table } from "./table.js";

/** `Because. (mapping → place)` as its two parts. */
function parted(rule: string): { readonly because: string; readonly place: string | null } {
  const [, because, place] = /^(.*?)\s*\(([^()]* → [^()]*)\)$/s.exec(rule) ?? [];
  if (place === undefined) return { because: rule, place: null };
  return { because: because === "" ? "Declared by the mapping." : because!, place };
}

function Rule({ rule }: { rule: string | null }) {
  if (rule === null) return <>no rule</>;
  const { because, place } = parted(rule);
  return (
    <>
      {because}
      {place === null ? null : <Quiet>{place}</Quiet>}
    </>
  );
}

/** Which word became which: `passed` became `completed`. */
function Pairs({ pairs }: { pairs: DifferenceOf["pairs"] }) {
  if (pairs.length === 0) return null;
  const word = (value: string | null) => (value === null ? "nothing" : <q>{value}</q>);
  return (
    <Quiet>
      {pairs.map(({ source, target, count }, i) => (
        <>
          {i === 0 ? "" : "; "}
          {word(source)} became {word(target)}: {number(count)}
        </>
      ))}
    </Quiet>
  );
}

const columns = [
  { title: "field", form: "k" as const, cell: (d: DifferenceOf) => d.field ?? "the whole record" },
  {
    title: "what happens to it, and why",
    form: "w" as const,
    cell: (d: DifferenceOf) => (
      <>
        <Rule rule={d.rule} />
        <Pairs pairs={d.pairs} />
      </>
    ),
  },
  { title: "records", form: "n" as const, cell: (d: DifferenceOf) => number(d.count) },
];

function Unexplained({ rows }: { rows: readonly DifferenceOf[] }) {
  if (rows.length === 0) return <p>Every difference is explained by a rule of the mapping.</p>;
  return (
    <Table
      stacked
      caption="Differences that no rule explains"
      rows={rows}
      columns={[
        { title: "entity", form: "k", cell: (d: DifferenceOf) => d.entity },
        { title: "verdict", cell: (d: DifferenceOf) => <Tag kind={d.verdict}>{d.verdict}</Tag> },
        { title: "field", form: "k", cell: (d: DifferenceOf) => d.field ?? "the whole record" },
        { title: "records", form: "n", cell: (d: DifferenceOf) => number(d.count) },
      ]}
    />
  );
}

/** How many records of an entity read back otherwise than they were, as a rule said they would. */
function records(evidence: Evidence, entity: string): string {
  const found = evidence.entities.find((e) => e.entity === entity)?.reconciled;
  const of = `${number(found?.explained ?? 0)} of ${counted(found?.source ?? 0, "loaded record")}`;
  return `${of} changed by a rule`;
}

const fields = (rows: readonly DifferenceOf[]): number => new Set(rows.map((d) => d.field)).size;

export function Differences({ evidence }: { evidence: Evidence }) {
  const explained = evidence.differences.filter((d) => d.verdict === "explained");
  return (
    <Section
      id="differences"
      title="Differences by rule"
      lead="Each difference between source and target is predicted by a rule of the mapping, or it is an exception."
    >
      {evidence.verdict.outcome === "not reconciled" ? (
        <p>Not known: the target has not been read back.</p>
      ) : evidence.differences.length === 0 ? (
        <p>None: what was read back equals the source in every compared field.</p>
      ) : (
        <>
          <Unexplained rows={evidence.differences.filter((d) => d.verdict !== "explained")} />
          {entityNames
            .map((entity) => ({ entity, rows: explained.filter((d) => d.entity === entity) }))
            .filter(({ rows }) => rows.length > 0)
            .map(({ entity, rows }) => (
              <Fold
                summary={
                  <>
                    <b>{entity}</b>: {records(evidence, entity)}, in {counted(fields(rows), "field")}
                  </>
                }
              >
                <Table stacked caption={`${entity}: explained differences`} rows={rows} columns={columns} />
              </Fold>
            ))}
        </>
      )}
    </Section>
  );
}
