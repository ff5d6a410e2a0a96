import { dispositions } from "@cutover/model";
import type { EntityOf, Evidence, ReasonOf } from "../evidence.js";
import { number, Section, Table, Tag } from "./parts.js";

/** One entity's records as a bar, cut where the dispositions change; the table beneath says the same in figures. */
function Bar({ row }: { row: EntityOf }) {
  const parts = dispositions.filter((d) => row.balance[d] > 0);
  const told = parts.map((d) => `${number(row.balance[d])} ${d}`).join(", ");
  return (
    <div class="bar-row">
      <span class="bar-name">{row.entity}</span>
      <div class="bar" role="img" aria-label={`${row.entity}: ${number(row.balance.read)} read: ${told}`}>
        {parts.map((d) => (
          <span class={d} style={{ flexGrow: row.balance[d] }} title={`${d}: ${number(row.balance[d])}`} />
        ))}
      </div>
      <span class="bar-total">{number(row.balance.read)}</span>
    </div>
  );
}

const dash = (n: number | undefined): string => (n === undefined ? "—" : n === 0 ? "0" : number(n));

export function Balance({ evidence }: { evidence: Evidence }) {
  return (
    <Section
      id="balance"
      title="Where every record ended"
      lead="Each record read from a source has exactly one end. Read = created + updated + unchanged + merged + excluded + flagged."
    >
      <div class="bars">
        {evidence.entities.map((row) => (
          <Bar row={row} />
        ))}
        <p class="legend" aria-hidden="true">
          {dispositions.map((d) => (
            <span>
              <i class={d} /> {d}
            </span>
          ))}
        </p>
      </div>
      <Table
        caption="Balance per entity"
        rows={evidence.entities}
        columns={[
          { title: "entity", cell: (e: EntityOf) => e.entity },
          { title: "read", numeric: true, cell: (e: EntityOf) => dash(e.balance.read) },
          ...dispositions.map((d) => ({
            title: d,
            numeric: true,
            cell: (e: EntityOf) => dash(e.balance[d]),
          })),
        ]}
      />
      <Table
        caption="Read back from the target: source = equal + explained + different + missing"
        rows={evidence.entities}
        columns={[
          { title: "entity", cell: (e: EntityOf) => e.entity },
          ...(["source", "target", "equal", "explained", "different", "missing", "unexpected"] as const).map(
            (v) => ({
              title: v,
              numeric: true,
              cell: (e: EntityOf) => dash(e.reconciled?.[v]),
            }),
          ),
        ]}
      />
      {evidence.reasons.length === 0 ? null : (
        <Table
          caption="What was left out or merged, and by which rule"
          rows={evidence.reasons}
          columns={[
            { title: "rule", cell: (r: ReasonOf) => r.reason },
            { title: "entity", cell: (r: ReasonOf) => r.entity },
            { title: "end", cell: (r: ReasonOf) => <Tag kind={r.disposition}>{r.disposition}</Tag> },
            { title: "records", numeric: true, cell: (r: ReasonOf) => number(r.count) },
            { title: "because", cell: (r: ReasonOf) => r.because ?? "" },
          ]}
        />
      )}
    </Section>
  );
}
