import { entityNames } from "@cutover/model";
import type { Evidence, Tie, TotalOf } from "../evidence.js";
import { counted, Fold, Quiet, Section, Tag } from "./parts.js";
import { Table } from "./table.js";
import { figure, groupName, measureName } from "./tied.js";

interface Group {
  readonly name: string;
  readonly totals: ReadonlyMap<string, TotalOf>;
}

/** Groups as rows, measures as columns. */
function pivot(totals: readonly TotalOf[]): { groups: readonly Group[]; measures: readonly string[] } {
  const groups = new Map<string, Map<string, TotalOf>>();
  for (const total of totals) {
    const name = groupName(total);
    groups.set(name, (groups.get(name) ?? new Map<string, TotalOf>()).set(total.measure, total));
  }
  return {
    groups: [...groups].map(([name, ofGroup]) => ({ name, totals: ofGroup })),
    measures: [...new Set(totals.map((t) => t.measure))],
  };
}

/** One figure where two agree; both where they do not. */
function Pair(props: { tie: Tie; a: string | null; b: string | null; name: string; was?: string | null }) {
  const { tie, a, b, name, was } = props;
  if (tie === null) return <>—</>;
  const shown = tie === "ties" ? (a ?? b) : a;
  return (
    <>
      {figure(shown)}
      {was === undefined || was === null || was === "0" ? null : <Quiet>was {figure(was)}</Quiet>}
      {tie === "ties" ? null : (
        <Quiet>
          {name} {figure(b)} <Tag kind={tie === "differs" ? "different" : "unsure"}>{tie}</Tag>
        </Quiet>
      )}
    </>
  );
}

function Pivot(props: {
  caption: string;
  totals: readonly TotalOf[];
  cell: (t: TotalOf) => ReturnType<typeof Pair>;
}) {
  const { groups, measures } = pivot(props.totals);
  if (groups.length === 0) return null;
  return (
    <Table
      caption={props.caption}
      rows={groups}
      columns={[
        { title: "group", form: "k", cell: (g: Group) => g.name },
        ...measures.map((measure) => ({
          title: measureName(measure),
          form: "n" as const,
          cell: (g: Group) => {
            const total = g.totals.get(measure);
            return total === undefined ? "—" : props.cell(total);
          },
        })),
      ]}
    />
  );
}

const told = (ties: readonly Tie[]): string => {
  const known = ties.filter((tie) => tie !== null);
  const count = (tie: Tie): number => known.filter((t) => t === tie).length;
  const differing = count("differs");
  const unsure = count("not comparable");
  const parts = [
    differing === 0
      ? unsure === 0
        ? "all tie"
        : `${count("ties")} tie`
      : `${differing} ${differing === 1 ? "does" : "do"} not tie`,
    ...(unsure === 0 ? [] : [`${unsure} not comparable`]),
  ];
  return `${counted(known.length, "figure")}, ${parts.join(", ")}`;
};

/** An entity's totals: those at the source against the ledger, those at the target against what was expected. */
function EntityTotals({ entity, totals }: { entity: string; totals: readonly TotalOf[] }) {
  const atSource = totals.filter((t) => t.atSource !== null);
  const atTarget = totals.filter((t) => t.atTarget !== null);
  return (
    <Fold
      open={totals.some((t) => t.ties === false)}
      summary={
        <>
          <b>{entity}</b>: {told([...atSource.map((t) => t.atSource), ...atTarget.map((t) => t.atTarget)])}
        </>
      }
    >
      <Pivot
        caption={`${entity}: raw source against ledger`}
        totals={atSource}
        cell={(t) => <Pair tie={t.atSource} a={t.source} b={t.ledger} name="ledger" />}
      />
      <Pivot
        caption={`${entity}: raw target against what was expected`}
        totals={atTarget}
        cell={(t) => <Pair tie={t.atTarget} a={t.after} b={t.expected} name="expected" was={t.before} />}
      />
    </Fold>
  );
}

function Untied({ totals }: { totals: readonly TotalOf[] }) {
  return (
    <Table
      caption="Control totals that do not tie"
      rows={totals}
      columns={[
        { title: "entity", form: "k", cell: (t: TotalOf) => t.entity },
        { title: "measure", cell: (t: TotalOf) => measureName(t.measure) },
        { title: "group", cell: groupName },
        { title: "source", form: "n", cell: (t: TotalOf) => figure(t.source) },
        { title: "ledger", form: "n", cell: (t: TotalOf) => figure(t.ledger) },
        { title: "target before", form: "n", cell: (t: TotalOf) => figure(t.before) },
        { title: "expected", form: "n", cell: (t: TotalOf) => figure(t.expected) },
        { title: "target after", form: "n", cell: (t: TotalOf) => figure(t.after) },
      ]}
    />
  );
}

export function Totals({ evidence }: { evidence: Evidence }) {
  const { totals } = evidence;
  const untied = totals.filter((t) => t.ties === false);
  const unsure = totals.some((t) => t.atSource === "not comparable" || t.atTarget === "not comparable");
  return (
    <Section
      id="totals"
      title="Control totals"
      lead="Taken by plain queries on the raw source and the raw target, past the mappings. The source must agree with the ledger; the target afterwards with what was there before and what the ledger says was loaded. Where both sides have the same figure it stands once."
    >
      {totals.length === 0 ? (
        <p>None: the target has not been read back, or neither system declares any.</p>
      ) : (
        <>
          {untied.length === 0 ? <p>No control total was found wrong.</p> : <Untied totals={untied} />}
          {entityNames
            .map((entity) => ({ entity, of: totals.filter((t) => t.entity === entity) }))
            .filter(({ of }) => of.length > 0)
            .map(({ entity, of }) => (
              <EntityTotals entity={entity} totals={of} />
            ))}
          {unsure ? (
            <p class="lead">
              Not comparable is no tie: records that could not be mapped, or were left out before mapping,
              belong to no group in the ledger, or a record alone does not tell the group or the figure. The
              figures prove nothing for or against each other.
            </p>
          ) : null}
        </>
      )}
    </Section>
  );
}
