import { openLedger, type Ledger } from "@cutover/ledger";
import { pageOf, type FoundIssue, type InboundMapping, type System } from "@cutover/mapping";
import {
  emptyRecord,
  fieldNames,
  type CanonicalRecord,
  type CanonicalValue,
  type EntityName,
  type Extractor,
  type ExtractSpec,
  type RejectedRow,
  type SourceValue,
} from "@cutover/model";
import { registerSide, type Side } from "@cutover/intake";

/** A row of a source whose mappings only hand over what the row says. */
export interface Row {
  readonly key: string | null;
  readonly record?: Readonly<Record<string, CanonicalValue>> | null;
  readonly excluded?: string;
  readonly issues?: readonly FoundIssue[];
}

export interface Extract {
  readonly mapping: string;
  readonly entity: EntityName;
  readonly rows: readonly Row[];
  readonly rejected?: readonly RejectedRow[];
  /** What the plain count says, where it is to differ. */
  readonly counted?: number;
}

function inbound(source: Extract): InboundMapping {
  const map: InboundMapping["map"] = ([value]) => {
    const row = JSON.parse(value as string) as Row;
    const record =
      row.excluded !== undefined || row.record === null
        ? null
        : ({ ...emptyRecord(source.entity), ...row.record } as CanonicalRecord);
    return { key: row.key, excluded: row.excluded ?? null, record, issues: row.issues ?? [] };
  };
  return {
    name: source.mapping,
    entity: source.entity,
    file: `${source.mapping}.yaml`,
    extract: { name: source.mapping, columns: [], key: [], options: {} },
    fields: fieldNames(source.entity),
    columns: new Map(),
    exclusions: new Map(),
    key: { columns: [], of: ([value]) => (JSON.parse(value as string) as Row).key, parts: () => null },
    map,
    page: pageOf(source.entity, map),
  };
}

/** Rows in memory; a batch at a time. */
class Rows implements Extractor {
  readonly medium = "memory";
  readonly capabilities = { snapshot: true, ordered: true };
  readonly #extracts: readonly Extract[];
  readonly #totals: readonly Readonly<Record<string, SourceValue>>[];

  constructor(extracts: readonly Extract[], totals: readonly Readonly<Record<string, SourceValue>>[]) {
    this.#extracts = extracts;
    this.#totals = totals;
  }

  #of = (spec: ExtractSpec): Extract => this.#extracts.find((e) => e.mapping === spec.name)!;

  columns = () => Promise.resolve([]);

  async *read(spec: ExtractSpec, { batchSize = 1000 } = {}) {
    const { rows, rejected = [] } = this.#of(spec);
    for (let i = 0; i < Math.max(rows.length, 1); i += batchSize) {
      const part = rows.slice(i, i + batchSize);
      yield {
        rows: part.map((row) => [JSON.stringify(row)]),
        at: part.map((_, n) => i + n + 1),
        rejected: i === 0 ? rejected : [],
      };
    }
    await Promise.resolve();
  }

  count = (spec: ExtractSpec) => {
    const { rows, rejected = [], counted } = this.#of(spec);
    return Promise.resolve(counted ?? rows.length + rejected.length);
  };

  query = () => Promise.resolve(this.#totals);

  close = () => Promise.resolve();
}

export interface Made {
  readonly name?: string;
  readonly role?: "source" | "target";
  readonly extracts: readonly Extract[];
  readonly totals?: {
    readonly entity: EntityName;
    readonly rows: readonly Readonly<Record<string, SourceValue>>[];
  };
}

/** A side made by hand, for what does not depend on the mapping language. */
export function makeSide(ledger: Ledger, made: Made): Side {
  const system: System = {
    name: "handmade",
    title: "Handmade",
    medium: "memory",
    parameters: {},
    extracts: [],
    tables: [],
    references: [],
    inbound: made.extracts.map(inbound),
    outbound: [],
    before: [],
    after: [],
    totals: made.totals === undefined ? [] : [{ entity: made.totals.entity, sql: "SELECT" }],
    digest: "",
  };
  return registerSide(ledger, {
    name: made.name ?? made.role ?? "source",
    role: made.role ?? "source",
    system,
    extractor: new Rows(made.extracts, made.totals?.rows ?? []),
  });
}

export const memoryLedger = (): Ledger => openLedger(":memory:", { create: true });

export const user = (key: string, record: Row["record"] = {}): Row => ({
  key,
  record: { status: "active", username: `u-${key}`, ...record },
});

export const course = (key: string, record: Row["record"] = {}): Row => ({
  key,
  record: { title: `Course ${key}`, status: "active", ...record },
});

export const completion = (key: string, record: Row["record"] = {}): Row => ({
  key,
  record: { user: "1", course: "1", status: "completed", completedAt: "2024-02-29T22:05:00Z", ...record },
});

export const flag = (code: FoundIssue["code"], field: string | null = null): FoundIssue => ({
  code,
  severity: "flag",
  field,
  note: null,
});

/** Key, disposition and reason of every record, by mapping and key. */
export const ends = (ledger: Ledger): readonly string[] =>
  (
    ledger.db
      .prepare(
        `SELECT r.key || ' ' || r.occurrence || ' ' || coalesce(r.disposition, '-') || ' ' || coalesce(r.reason, '-')
         FROM record r JOIN mapping m ON m.id = r.mapping ORDER BY m.name, r.key, r.occurrence`,
      )
      .pluck()
      .all() as string[]
  ).map((line) => line);

/** Key, code, severity and field of every issue. */
export const issuesOf = (ledger: Ledger): readonly string[] =>
  ledger.db
    .prepare(
      `SELECT r.key || ' ' || i.code || ' ' || i.severity || ' ' || coalesce(i.field, '-')
       FROM issue i JOIN record r ON r.id = i.record ORDER BY 1`,
    )
    .pluck()
    .all() as string[];
