import { entityNames } from "@cutover/model";
import type { ConditionOf, Evidence, FidelityOf } from "../evidence.js";
import { counted, Fold, number, Quiet, Section, Tag } from "./parts.js";
import { Table } from "./table.js";

const isLost = (f: FidelityOf): boolean => f.fidelity !== "kept" || f.because !== null;

const orders = { "no slot": 0, overwritten: 1, kept: 2 } as const;

/** The fields of one entity that the target does not hold, or not wholly. */
function EntityFidelity({ entity, fields }: { entity: string; fields: readonly FidelityOf[] }) {
  const lost = fields.filter(isLost).toSorted((a, b) => orders[a.fidelity] - orders[b.fidelity]);
  const count = (of: FidelityOf["fidelity"]): number => lost.filter((f) => f.fidelity === of).length;
  const told = [
    `${counted(fields.length - lost.length, "field")} kept whole`,
    ...(count("kept") === 0 ? [] : [`${number(count("kept"))} kept in part`]),
    ...(count("overwritten") === 0 ? [] : [`${number(count("overwritten"))} overwritten`]),
    ...(count("no slot") === 0 ? [] : [`${number(count("no slot"))} without a place`]),
  ];
  const summary = (
    <>
      <b>{entity}</b>: {told.join(", ")}
    </>
  );
  if (lost.length === 0) return <p class="unfolded">{summary}</p>;
  return (
    <Fold summary={summary}>
      <Table
        stacked
        caption={`${entity}: what the target does not hold, or not wholly`}
        rows={lost}
        columns={[
          { title: "field", form: "k", cell: (f: FidelityOf) => f.field },
          {
            title: "fidelity",
            cell: (f: FidelityOf) =>
              f.fidelity === "kept" ? (
                <Tag kind="explained">kept in part</Tag>
              ) : (
                <Tag kind={f.fidelity}>{f.fidelity}</Tag>
              ),
          },
          {
            title: "because",
            form: "w",
            cell: (f: FidelityOf) => (
              <>
                {f.because ?? "No reason is declared."}
                <Quiet>{f.column === null ? f.mapping : `${f.mapping} → ${f.column}`}</Quiet>
              </>
            ),
          },
        ]}
      />
    </Fold>
  );
}

export function FidelityTable({ evidence }: { evidence: Evidence }) {
  const { fidelity } = evidence;
  return (
    <Section
      id="fidelity"
      title="What the target cannot hold"
      lead={`${counted(fidelity.filter((f) => !isLost(f)).length, "field")} kept whole; ${number(fidelity.filter(isLost).length)} are not, or not wholly. A field without a place in the target remains in the source, in the ledger, and here.`}
    >
      {fidelity.length === 0 ? <p>The target declares no outbound mapping.</p> : null}
      {entityNames
        .map((entity) => ({ entity, fields: fidelity.filter((f) => f.entity === entity) }))
        .filter(({ fields }) => fields.length > 0)
        .map(({ entity, fields }) => (
          <EntityFidelity entity={entity} fields={fields} />
        ))}
    </Section>
  );
}

export function Conditions({ evidence }: { evidence: Evidence }) {
  const { conditions } = evidence;
  const count = (outcome: ConditionOf["outcome"]): string =>
    number(conditions.filter((c) => c.outcome === outcome).length);
  return (
    <Section
      id="conditions"
      title="Conditions before and after"
      lead={
        conditions.length === 0
          ? "What had to hold or be done around the load."
          : `What had to hold or be done around the load: ${count("holds")} hold, ${count("fails")} fail, ${count("to be signed")} are for a person to do and sign.`
      }
    >
      {conditions.length === 0 ? (
        <p>None was looked at in this run.</p>
      ) : (
        <Table
          stacked
          caption="Conditions"
          rows={conditions}
          columns={[
            { title: "condition", form: "k", cell: (c: ConditionOf) => c.name },
            { title: "when", cell: (c: ConditionOf) => c.moment },
            { title: "outcome", cell: (c: ConditionOf) => <Tag kind={c.outcome}>{c.outcome}</Tag> },
            {
              title: "because, and what to do",
              form: "w",
              cell: (c: ConditionOf) => (
                <>
                  {c.because}
                  {c.manual === null ? null : <Quiet>{c.manual}</Quiet>}
                </>
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}
