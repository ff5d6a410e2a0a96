import { dispositions } from "@cutover/model";
import type { EntityOf, Evidence, ReasonOf } from "../evidence.js";
import { number, Quiet, Section, Tag } from "./parts.js";
import { Table } from "./table.js";

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

const dash = (n: number | undefined): string => (n === undefined ? "—" : number(n));

const readBack = ["source", "target", "equal", "explained", "different", "missing", "unexpected"] as const;

/** The balance as a picture, and in figures. */
function Ends({ evidence }: { evidence: Evidence }) {
  const used = dispositions.filter((d) => evidence.entities.some((e) => e.balance[d] > 0));
  return (
    <>
      <div class="bars">
        {evidence.entities.map((row) => (
          <Bar row={row} />
        ))}
        <p class="legend" aria-hidden="true">
          {used.map((d) => (
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
          { title: "entity", form: "k", cell: (e: EntityOf) => e.entity },
          { title: "read", form: "n", cell: (e: EntityOf) => number(e.balance.read) },
          ...dispositions.map((d) => ({
            title: d,
            form: "n" as const,
            cell: (e: EntityOf) => number(e.balance[d]),
          })),
        ]}
      />
    </>
  );
}

export function Balance({ evidence }: { evidence: Evidence }) {
  const reconciled = evidence.entities.filter((e) => e.reconciled !== null);
  return (
    <Section
      id="balance"
      title="Where every record ended"
      lead="Each record read from a source has exactly one end. Read = created + updated + unchanged + merged + excluded + flagged. A bar is all of an entity's records."
    >
      {evidence.entities.length === 0 ? <p>No record was read.</p> : <Ends evidence={evidence} />}
      {reconciled.length === 0 ? (
        <p>The target has not been read back, so nothing is said of what it holds.</p>
      ) : (
        <Table
          caption="Read back from the target: source = equal + explained + different + missing"
          rows={reconciled}
          columns={[
            { title: "entity", form: "k", cell: (e: EntityOf) => e.entity },
            ...readBack.map((v) => ({
              title: v,
              form: "n" as const,
              cell: (e: EntityOf) => dash(e.reconciled?.[v]),
            })),
          ]}
        />
      )}
      {reconciled.length === 0 || evidence.others.length === 0 ? null : (
        <ul class="others">
          {evidence.others.map((other) => (
            <li>
              {other.entity}: {other.sentence}.
            </li>
          ))}
        </ul>
      )}
      {evidence.reasons.length === 0 ? (
        <p>No record was left out or merged.</p>
      ) : (
        <Table
          stacked
          caption="What was left out or merged, and by which rule"
          rows={evidence.reasons}
          columns={[
            {
              title: "rule",
              form: "w",
              cell: (r: ReasonOf) => (
                <>
                  {r.reason}
                  {r.because === null ? null : <Quiet>{r.because}</Quiet>}
                </>
              ),
            },
            { title: "entity", form: "k", cell: (r: ReasonOf) => r.entity },
            { title: "end", cell: (r: ReasonOf) => <Tag kind={r.disposition}>{r.disposition}</Tag> },
            { title: "records", form: "n", cell: (r: ReasonOf) => number(r.count) },
          ]}
        />
      )}
    </Section>
  );
}
