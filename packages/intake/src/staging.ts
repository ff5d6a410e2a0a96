import {
  batchOf,
  batchOfPage,
  fileNoter,
  isKnown,
  pageFinder,
  type Ledger,
  type Said,
  type StagedBatch,
  type StagedInput,
  type SamePage,
  type Seen,
  type StagedMapping,
  type WriteStaged,
} from "@cutover/ledger";
import type { InboundMapping, SaidOfRow } from "@cutover/mapping";
import { entities, type IssueCode, type RejectedRow, type SourceBatch } from "@cutover/model";
import type { MappingCounts } from "./counts.js";
import type { Side } from "./side.js";

const codes = (issues: readonly { readonly code: string; readonly severity: string }[]): string =>
  [...new Set(issues.filter((i) => i.severity === "flag").map((i) => i.code))].toSorted().join(", ");

type Row = SourceBatch["rows"][number];

/** How a row without a readable key is called: by its number in the extract. */
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

/** What the ledger is told of a row of which more is to be said than what became of its values. */
function saidOf(
  mapping: InboundMapping,
  row: Row,
  place: number,
  hasKey: boolean,
  { excluded, isMapped, issues: found }: SaidOfRow,
): Said {
  if (excluded !== null) {
    return { place, isMapped: false, disposition: "excluded", reason: excluded, issues: [] };
  }
  const issues: Said["issues"][number][] = found.map((i) => ({
    ...i,
    stage: "map",
    raw: rawOf(mapping, i.field, row),
  }));
  const add = (code: IssueCode, note: string | null): void => {
    issues.push({ code, severity: "flag", stage: "map", field: null, note });
  };
  if (!hasKey && !issues.some((i) => i.code === "missing-key")) add("missing-key", null);
  // Nothing may be left out in silence, not even by a mapping that does not say why.
  if (!isMapped && codes(issues) === "") add("bad-structure", "no record was made of the row");
  const reason = codes(issues);
  return {
    place,
    isMapped,
    disposition: reason === "" ? null : "flagged",
    reason: reason === "" ? null : reason,
    issues,
  };
}

/** Rows mapped, as they are staged. */
function mapped(mapping: InboundMapping, rows: readonly Row[], at: readonly number[]): StagedBatch {
  const { keys, values, said } = mapping.page(rows);
  return batchOfPage(mapping.entity, mapping.fields, {
    keys: said.size === 0 ? (keys as readonly string[]) : keys.map((key, i) => key ?? keyOfLine(at[i]!)),
    at,
    values,
    said: [...said]
      .toSorted(([a], [b]) => a - b)
      .map(([place, what]) => saidOf(mapping, rows[place]!, place, keys[place] !== null, what)),
  });
}

/** Rows that are mapped and staged together: few, so that what is made of them is soon forgotten. */
const atOnce = 1000;

/** One mapping's part of reading an extract. */
export class Staging {
  readonly #mapping: InboundMapping;
  readonly #of: StagedMapping;
  readonly #noteFile: ReturnType<typeof fileNoter>;
  readonly #same: ReturnType<typeof pageFinder>;
  readonly #definition: string;
  readonly #counts = { rejected: 0, excluded: 0, flagged: 0, staged: 0 };
  #page = 0;

  /** `placed`: whether the rows' numbers are those of the whole extract. */
  constructor(ledger: Ledger, side: Side, mapping: InboundMapping, seen: Seen, placed = true) {
    const id = side.inbound.get(mapping.name)!;
    this.#mapping = mapping;
    this.#definition = side.system.digest;
    this.#of = { mapping: id, entity: mapping.entity, seen: seen.buffer, known: isKnown(ledger, id), placed };
    this.#noteFile = fileNoter(ledger, id);
    this.#same = pageFinder(ledger, id, this.#definition);
  }

  /**
   * Stages rows. `digest`: of the rows, where they are the next page of the whole extract; what comes as it
   * came before is not mapped anew.
   */
  take({ file, rows, at, rejected }: SourceBatch, stage: WriteStaged, digest?: string): void {
    this.#noteFile(file);
    this.#page += 1;
    const same = digest === undefined ? null : this.#same(this.#page, digest);
    if (same !== null) {
      stage(this.#of, { same: same.records });
      this.#count(same.counts);
      return;
    }
    const before = { ...this.#counts };
    for (let i = 0; i < rows.length; i += atOnce) {
      const end = Math.min(i + atOnce, rows.length);
      this.#stage(mapped(this.#mapping, rows.slice(i, end), at.slice(i, end)), stage);
    }
    if (rejected.length > 0) this.#stage(batchOf(this.#mapping.entity, rejected.map(ofRejected)), stage);
    this.#counts.rejected += rejected.length;
    if (digest === undefined) return;
    const { staged, excluded, flagged } = this.#counts;
    const counts = {
      staged: staged - before.staged,
      excluded: excluded - before.excluded,
      flagged: flagged - before.flagged,
    };
    stage(this.#of, { page: { n: this.#page, definition: this.#definition, digest, counts } });
  }

  #stage(batch: StagedBatch, stage: WriteStaged): void {
    stage(this.#of, { batch });
    this.#count({ staged: batch.keys.length - batch.unmapped.length });
    for (const { disposition } of batch.ends) if (disposition !== null) this.#counts[disposition] += 1;
  }

  #count({
    staged,
    excluded = 0,
    flagged = 0,
  }: Partial<SamePage["counts"]> & { readonly staged: number }): void {
    this.#counts.staged += staged;
    this.#counts.excluded += excluded;
    this.#counts.flagged += flagged;
  }

  done(counted: number, read: number, changed: number | null): MappingCounts {
    const { name: mapping, entity, extract } = this.#mapping;
    return { mapping, entity, extract: extract.name, counted, read, changed, ...this.#counts };
  }
}

/** What became of one extract. */
export interface ExtractRead {
  readonly stagings: readonly Staging[];
  readonly read: number;
  /** Rows that were read whole; null: all of them. */
  readonly changed: number | null;
}
