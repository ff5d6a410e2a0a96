import { recordWriter, writeTotals, type Ledger, type StagedInput } from "@cutover/ledger";
import type { InboundMapping } from "@cutover/mapping";
import { entities, type IssueCode, type RejectedRow, type SourceBatch } from "@cutover/model";
import type { IntakeOptions, MappingCounts } from "./counts.js";
import { byExtract, checkComplete, readExtract } from "./read-extract.js";
import type { Side } from "./side.js";

export interface StageSourceOptions extends IntakeOptions {
  /** What `beginExtraction` gave. */
  readonly extraction: number;
}

const codes = (issues: readonly { readonly code: string; readonly severity: string }[]): string =>
  [...new Set(issues.filter((i) => i.severity === "flag").map((i) => i.code))].toSorted().join(", ");

type Row = SourceBatch["rows"][number];

/** How a row without a readable key is called. */
export const keyOfLine = (at: number): string => `@${at}`;

function ofRejected(row: RejectedRow): StagedInput {
  return {
    key: keyOfLine(row.at),
    at: row.at,
    record: null,
    disposition: "flagged",
    reason: row.code,
    issues: [{ code: row.code, severity: "flag", stage: "extract", field: null, note: row.note }],
  };
}

/** Characters of a raw value that are kept: enough to judge it by. */
const rawLength = 500;

/** What the source had in the columns a field comes from; nothing of credentials. */
function rawOf(mapping: InboundMapping, field: string | null, row: Row): string | null {
  if (field === null || entities[mapping.entity].fields[field]?.secret === true) return null;
  const { columns } = mapping.extract;
  const parts = (mapping.columns.get(field) ?? []).flatMap((name) => {
    const value = row[columns.findIndex((column) => column.name === name)] ?? null;
    if (value === null || value === "") return [];
    return [value instanceof Uint8Array ? `${value.length} bytes` : String(value)];
  });
  // A lone surrogate or NUL is what may be wrong with it, and the ledger holds text.
  return parts.length === 0
    ? null
    : parts.join(" · ").slice(0, rawLength).toWellFormed().replaceAll("\0", "\u2400");
}

function ofMapped(mapping: InboundMapping, row: Row, at: number): StagedInput {
  const mapped = mapping.map(row);
  const key = mapped.key ?? keyOfLine(at);
  if (mapped.excluded !== null) {
    return { key, at, record: null, disposition: "excluded", reason: mapped.excluded, issues: [] };
  }
  const issues: StagedInput["issues"][number][] = mapped.issues.map((i) => ({
    ...i,
    stage: "map",
    raw: rawOf(mapping, i.field, row),
  }));
  const add = (code: IssueCode, note: string | null): void => {
    issues.push({ code, severity: "flag", stage: "map", field: null, note });
  };
  if (mapped.key === null && !issues.some((i) => i.code === "missing-key")) add("missing-key", null);
  // Nothing may be left out in silence, not even by a mapping that does not say why.
  if (mapped.record === null && codes(issues) === "") add("bad-structure", "no record was made of the row");
  const reason = codes(issues);
  return {
    key,
    at,
    record: mapped.record,
    disposition: reason === "" ? null : "flagged",
    reason: reason === "" ? null : reason,
    issues,
  };
}

/** Rows that are mapped and staged together: few, so that what is made of them is soon forgotten. */
const atOnce = 500;

/** One mapping's part of reading an extract. */
class Staging {
  readonly #mapping: InboundMapping;
  readonly #put: ReturnType<typeof recordWriter>;
  readonly #counts = { rejected: 0, excluded: 0, flagged: 0, staged: 0 };

  constructor(ledger: Ledger, side: Side, mapping: InboundMapping, extraction: number) {
    const id = side.inbound.get(mapping.name)!;
    this.#mapping = mapping;
    this.#put = recordWriter(ledger, id, mapping.entity, extraction);
    // What earlier extractions found wrong is found anew.
    ledger.db
      .prepare("DELETE FROM issue WHERE (SELECT mapping FROM record WHERE id = issue.record) = ?")
      .run(id);
  }

  take({ rows, at, rejected }: SourceBatch): void {
    for (let i = 0; i < rows.length; i += atOnce) {
      const part = rows.slice(i, i + atOnce);
      this.#stage(part.map((row, k) => ofMapped(this.#mapping, row, at[i + k]!)));
    }
    this.#stage(rejected.map(ofRejected));
    this.#counts.rejected += rejected.length;
  }

  #stage(inputs: readonly StagedInput[]): void {
    this.#put(inputs);
    for (const { disposition, record } of inputs) {
      if (disposition === "excluded") this.#counts.excluded += 1;
      if (disposition === "flagged") this.#counts.flagged += 1;
      if (record !== null) this.#counts.staged += 1;
    }
  }

  done(counted: number, read: number): MappingCounts {
    const { name: mapping, entity, extract } = this.#mapping;
    return { mapping, entity, extract: extract.name, counted, read, ...this.#counts };
  }
}

/**
 * Reads a source through its inbound mappings into the ledger. Each extract is read once and given to
 * every mapping that is made from it. Law 2: the rows read are compared with the rows counted by a
 * plain query, and both figures are kept.
 *
 * @throws CutoverError `books-unbalanced` where they differ; `interrupted` on the signal. What is
 * staged by then is the beginning of an extraction; the next one starts over.
 */
export async function stageSource(
  ledger: Ledger,
  side: Side,
  options: StageSourceOptions,
): Promise<readonly MappingCounts[]> {
  const counts: MappingCounts[] = [];
  for (const [extract, mappings] of byExtract(side.system, options.entities)) {
    const stagings = mappings.map((mapping) => new Staging(ledger, side, mapping, options.extraction));
    const read = await readExtract(side, extract, options, (batch) => {
      ledger.transaction(() => {
        for (const staging of stagings) staging.take(batch);
      });
    });
    const counted = await side.extractor.count(extract);
    const done = stagings.map((staging) => staging.done(counted, read));
    ledger.transaction(() => {
      writeTotals(
        ledger,
        side.id,
        "source",
        done.flatMap((c) => [
          { entity: c.entity, measure: `rows counted: ${c.mapping}`, grouping: {}, value: String(counted) },
          { entity: c.entity, measure: `rows read: ${c.mapping}`, grouping: {}, value: String(read) },
        ]),
      );
      ledger.append("staged", { side: side.name, extraction: options.extraction, counts: done });
    });
    checkComplete(side, extract, counted, read);
    counts.push(...done);
  }
  return counts;
}
