import { placeText } from "@cutover/ledger";
import type { Evidence, ExceptionOf } from "../evidence.js";
import type { Packed } from "./packed.js";
import { counted, number, Section, Tag } from "./parts.js";

/** A column of a list: which of a row's values it shows, the first loud and the others quiet beneath it. */
export interface ListColumn {
  readonly title: string;
  readonly parts: readonly number[];
  /** The first value is a tag. */
  readonly tag?: boolean;
  readonly form?: "k" | "w" | "v";
}

interface Filter {
  readonly title: string;
  /** Index of the value it asks for. */
  readonly part: number;
}

function Cell({ column, row }: { column: ListColumn; row: readonly string[] }) {
  const [first, ...rest] = column.parts.map((part) => row[part] ?? "");
  const empty = rest.some((text) => text !== "") ? "" : "—";
  return (
    <div>
      {first === "" ? empty : column.tag === true ? <Tag kind={first!}>{first}</Tag> : first}
      {rest
        .filter((text) => text !== "")
        .map((text) => (
          <span class="block">{text}</span>
        ))}
    </div>
  );
}

const formOf = ({ form, parts }: ListColumn, row: readonly string[]): string =>
  `${form ?? ""}${parts.some((part) => row[part]) ? "" : " none"}`;

/**
 * A searchable, paged list. Its rows travel packed and become text, never markup, in the browser; the
 * first of them (`shown`) stand in the page already, for paper and for browsers without scripts.
 */
function Pager(props: {
  id: string;
  caption: string;
  columns: readonly ListColumn[];
  filters: readonly Filter[];
  packed: Packed;
  shown: readonly (readonly string[])[];
  file: string;
}) {
  const { id, caption, columns, filters, packed, shown, file } = props;
  return (
    <div class="list" data-list={id} data-count={packed.count} data-file={file}>
      <form class="controls" role="search" aria-label={`Search: ${caption}`} hidden>
        <label>
          Find <input type="search" name="text" autocomplete="off" spellcheck={false} />
        </label>
        {filters.map(({ title, part }) => (
          <label>
            {title}{" "}
            <select data-part={part}>
              <option value="">all</option>
            </select>
          </label>
        ))}
        <output aria-live="polite" />
      </form>
      <div class="scroll stacked" tabIndex={0} role="group" aria-label={caption}>
        <table role="table">
          <caption>
            <span>{caption}</span>
          </caption>
          <thead role="rowgroup">
            <tr role="row">
              {columns.map(({ title, parts, tag, form }) => (
                <th
                  role="columnheader"
                  scope="col"
                  class={form}
                  data-parts={parts.join(" ")}
                  data-tag={tag === true ? "" : undefined}
                >
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup">
            {shown.map((row) => (
              <tr role="row">
                {columns.map((column, i) =>
                  i === 0 ? (
                    <th role="rowheader" scope="row" class={formOf(column, row)} data-title={column.title}>
                      <Cell column={column} row={row} />
                    </th>
                  ) : (
                    <td role="cell" class={formOf(column, row)} data-title={column.title}>
                      <Cell column={column} row={row} />
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div class="controls pages" role="group" aria-label={`Pages: ${caption}`} hidden>
        {["First", "Previous", "Next", "Last"].map((title) => (
          <button type="button" name={title.toLowerCase()}>
            {title}
          </button>
        ))}
      </div>
      <noscript>
        <p>
          Scripts are off: these are the first {number(shown.length)} of {number(packed.count)}; {file} has
          all.
        </p>
      </noscript>
      <script
        type="application/gzip;base64"
        id={`${id}-data`}
        dangerouslySetInnerHTML={{ __html: packed.data }}
      />
    </div>
  );
}

const rowsAtFirst = 25;

/** An exception's values in the order its columns name them by. */
export const exceptionRow = (e: ExceptionOf): readonly string[] => [
  e.kind,
  e.entity,
  e.code ?? "",
  e.key ?? (e.targetKey === null ? "" : `target ${e.targetKey}`),
  e.what === null ? e.entity : `${e.entity} · ${e.what}`,
  e.field ?? "",
  e.source ?? "",
  e.target ?? "",
  e.expected === null || e.expected === e.source ? "" : `expected: ${e.expected}`,
  e.note ?? "",
  [
    e.mapping,
    e.at === null ? null : `record ${placeText(e.file, e.at)}`,
    e.targetKey === null ? null : `target ${e.targetKey}`,
  ]
    .filter((part) => part !== null)
    .join(" · "),
  e.settled ?? "",
];

const exceptionListColumns = (hasTargets: boolean): readonly ListColumn[] => [
  { title: "record", parts: [3, 4], form: "v" },
  { title: "exception", parts: [0, 2], tag: true, form: "k" },
  { title: "field", parts: [5], form: "k" },
  { title: "source value", parts: [6], form: "v" },
  ...(hasTargets ? ([{ title: "target value", parts: [7, 8], form: "v" }] as const) : []),
  { title: "where and why", parts: [9, 10, 11], form: "w" },
];

export function Exceptions({ evidence, packed }: { evidence: Evidence; packed: Packed }) {
  const { exceptions, exceptionCount } = evidence;
  const beyond =
    exceptionCount > exceptions.length ? ` The gravest ${number(exceptions.length)} of them are here.` : "";
  const hasTargets = exceptions.some((e) => e.target !== null || e.expected !== null);
  return (
    <Section
      id="exceptions"
      title="Exceptions"
      lead={
        exceptionCount === 0
          ? "Nothing is missing, different or unexpected, and no record has a flag or a warning."
          : `${counted(exceptionCount, "exception")}, the gravest first.${beyond} A flagged record was held back, so it has no value in the target. exceptions.csv beside this page has all of them, exceptions.xlsx is the same as a workbook.`
      }
    >
      {exceptionCount === 0 ? (
        <p>None.</p>
      ) : (
        <Pager
          id="exception-list"
          caption="Exceptions"
          file="exceptions.csv"
          columns={exceptionListColumns(hasTargets)}
          filters={[
            { title: "Kind", part: 0 },
            { title: "Entity", part: 1 },
            { title: "Code", part: 2 },
          ]}
          packed={packed}
          shown={exceptions.slice(0, rowsAtFirst).map(exceptionRow)}
        />
      )}
    </Section>
  );
}

const recordListColumns: readonly ListColumn[] = [
  { title: "source key", parts: [2, 1], form: "v" },
  { title: "what it is", parts: [3, 0], form: "w" },
  { title: "end", parts: [4, 5], tag: true, form: "k" },
  { title: "target key", parts: [6], form: "v" },
];

export function Records({ evidence, packed }: { evidence: Evidence; packed: Packed | null }) {
  const count = evidence.recordCount;
  return (
    <Section
      id="records"
      title="Find a record"
      lead={
        count === 0
          ? "No record was read."
          : packed === null
            ? `${counted(count, "record")} were read: too many for a page. records.csv beside it has each with its end.`
            : `Every record that was read, ${number(count)} in all, by key, name, course or number, with its end. records.csv beside this page has the same.`
      }
    >
      {packed === null || count === 0 ? null : (
        <Pager
          id="record-list"
          caption="Records"
          file="records.csv"
          columns={recordListColumns}
          filters={[
            { title: "Entity", part: 0 },
            { title: "End", part: 4 },
          ]}
          packed={packed}
          shown={[]}
        />
      )}
    </Section>
  );
}
