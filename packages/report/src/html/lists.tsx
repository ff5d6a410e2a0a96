import type { Evidence } from "../evidence.js";
import { number, Section } from "./parts.js";

/** JSON that can stand inside a script element whatever the values hold. */
const inline = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029");

const data = (id: string, value: unknown) => (
  <script type="application/json" id={id} dangerouslySetInnerHTML={{ __html: inline(value) }} />
);

/** A searchable, paged list. Its rows travel as data and become text, never markup, in the browser. */
function Pager(props: {
  id: string;
  caption: string;
  columns: readonly string[];
  filter: string;
  rows: readonly (readonly string[])[];
}) {
  return (
    <div class="list" data-list={props.id} hidden>
      <form class="controls" role="search" aria-label={props.caption}>
        <label>
          Find <input type="search" name="text" autocomplete="off" />
        </label>
        <label>
          {props.filter}{" "}
          <select name="filter">
            <option value="">all</option>
          </select>
        </label>
        <output aria-live="polite" />
      </form>
      <div class="scroll" tabIndex={0} role="region" aria-label={props.caption}>
        <table>
          <caption>{props.caption}</caption>
          <thead>
            <tr>
              {props.columns.map((title) => (
                <th scope="col">{title}</th>
              ))}
            </tr>
          </thead>
          <tbody />
        </table>
      </div>
      <p class="controls pages">
        <button type="button" name="back">
          Previous
        </button>
        <button type="button" name="on">
          Next
        </button>
      </p>
      {data(`${props.id}-data`, props.rows)}
    </div>
  );
}

export function Exceptions({ evidence }: { evidence: Evidence }) {
  const { exceptions, exceptionCount } = evidence;
  const rows = exceptions.map((e) => [
    e.kind,
    e.entity,
    e.code ?? e.kind,
    e.key ?? "",
    e.field ?? "",
    e.source ?? "",
    e.target ?? "",
    [
      e.note,
      e.mapping,
      e.at === null ? null : `record ${e.at}`,
      e.targetKey === null ? null : `target ${e.targetKey}`,
    ]
      .filter((part) => part !== null)
      .join(" · "),
  ]);
  const beyond =
    exceptionCount > exceptions.length ? `; the first ${number(exceptions.length)} are here` : "";
  return (
    <Section
      id="exceptions"
      title="Exceptions"
      lead={`${number(exceptionCount)} in all${beyond}. The whole list is in exceptions.csv and exceptions.xlsx beside this page.`}
    >
      {rows.length === 0 ? (
        <p>None.</p>
      ) : (
        <Pager
          id="exception-list"
          caption="Exceptions"
          filter="Kind"
          columns={[
            "kind",
            "entity",
            "code",
            "source key",
            "field",
            "source value",
            "target value",
            "where and why",
          ]}
          rows={rows}
        />
      )}
      <noscript>
        <p>Scripts are off: see exceptions.csv.</p>
      </noscript>
    </Section>
  );
}

export function Records({ evidence }: { evidence: Evidence }) {
  const { count, rows } = evidence.records;
  return (
    <Section
      id="records"
      title="Find a record"
      lead={
        rows.length === 0
          ? `All ${number(count)} records with their ends are in records.csv beside this page: too many for it.`
          : `All ${number(count)} records that were read, each with its end.`
      }
    >
      {rows.length === 0 ? null : (
        <Pager
          id="record-list"
          caption="Records"
          filter="Entity"
          columns={["entity", "mapping", "source key", "what it is", "end", "reason", "target key"]}
          rows={rows}
        />
      )}
    </Section>
  );
}
