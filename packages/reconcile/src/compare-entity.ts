import {
  compare,
  lostReferenceRule,
  outgoing,
  withoutLostReferences,
  type Comparison,
  type FieldComparison,
  type OutgoingRecord,
  type Side,
} from "@cutover/intake";
import { bulkInsert, targetReader, type InsertedRow, type Ledger, type TargetRecord } from "@cutover/ledger";
import type { OutboundMapping, Outgoing, Projection } from "@cutover/mapping";
import { entities, encodeValue, type CanonicalRecord, type EntityName, type Verdict } from "@cutover/model";
import type { Expectation } from "./expectation.js";
import { findingsOf, type RowFinding } from "./written-rows.js";

/** The figures of one entity: `source` is equal + explained + different + missing. */
export type Reconciled = Readonly<Record<"source" | "target" | Verdict, number>>;

export interface CompareWork {
  readonly ledger: Ledger;
  readonly target: Side;
  /** The row of `reconciliation` that differences belong to. */
  readonly reconciliation: number;
  readonly expectation: Expectation;
  /** Whether the rows that were written have been looked for. */
  readonly checksRows: boolean;
  readonly onPage: (done: number) => Promise<void>;
}

/** What will be read back; a reference that had to be left out is explained by that. */
function projectionOf(entity: EntityName, mapping: OutboundMapping, out: Outgoing): Projection {
  const { out: known, lost } = withoutLostReferences(entity, out);
  const projection = mapping.project(known);
  if (lost.length === 0) return projection;
  const rules = lost.map((field) => {
    const declared = mapping.fidelity.get(field);
    return [
      field,
      declared?.fidelity === "kept" ? lostReferenceRule : (declared?.because ?? lostReferenceRule),
    ] as const;
  });
  return { ...projection, explained: new Map([...projection.explained, ...rules]) };
}

/** What the record should be like in the target: its projection, and for what the target keeps, what it had. */
function expectedRecord(
  mapping: OutboundMapping,
  projection: Projection,
  before: CanonicalRecord | null,
): CanonicalRecord {
  if (before === null || mapping.keepOnUpdate.size === 0) return projection.record;
  const kept = [...mapping.keepOnUpdate].map((field) => [field, before[field] ?? null]);
  return { ...projection.record, ...Object.fromEntries(kept) };
}

const differenceColumns = [
  "reconciliation",
  "entity",
  "record",
  "targetKey",
  "verdict",
  "field",
  "rule",
  "source",
  "projected",
  "target",
];

/** Differences of an entity on their way into the ledger. Values of credentials are not written. */
class Differences {
  readonly #insert;
  readonly #head: readonly [reconciliation: number, entity: EntityName];
  #rows: InsertedRow[] = [];

  constructor(ledger: Ledger, reconciliation: number, entity: EntityName) {
    this.#insert = bulkInsert(ledger, "difference", differenceColumns);
    this.#head = [reconciliation, entity];
  }

  missing(record: number, targetKey: string | null): void {
    this.#rows.push([...this.#head, record, targetKey, "missing", null, null, null, null, null]);
  }

  add(record: number, targetKey: string | null, of: FieldComparison): void {
    const { kind, secret } = entities[this.#head[1]].fields[of.field]!;
    const text = (value: FieldComparison["source"]): string | null =>
      value === null || secret === true ? null : String(encodeValue(kind, value));
    this.#rows.push([
      ...this.#head,
      record,
      targetKey,
      of.verdict,
      of.field,
      of.rule,
      text(of.source),
      text(of.projected),
      text(of.target),
    ]);
  }

  addRow(record: number, targetKey: string | null, { rule, row, found }: RowFinding): void {
    this.#rows.push([...this.#head, record, targetKey, "different", null, rule, null, row, found]);
  }

  write(): void {
    this.#insert(this.#rows);
    this.#rows = [];
  }
}

const recordOf = (records: ReadonlyMap<string, TargetRecord>, key: string | null): CanonicalRecord | null =>
  key === null ? null : (records.get(key)?.record ?? null);

/**
 * The rows of a record that tell of more than its fields do: one that is different anyway needs no
 * second witness, and where the target writes fields of its own accord, it changes rows.
 */
function telling(
  found: readonly RowFinding[],
  { verdict, fields }: Comparison,
  { ignored }: Projection,
): readonly RowFinding[] {
  if (verdict === "different") return [];
  return fields.some(({ field }) => ignored.has(field)) ? found.filter((row) => row.found === "gone") : found;
}

/**
 * Compares every loaded record of an entity with what was read back, field by field, and finds what is in
 * the target though nobody had it there: neither the crosswalk nor what the target held before.
 */
export async function compareEntity(work: CompareWork, entity: EntityName): Promise<Reconciled> {
  const { ledger, target, reconciliation, expectation, checksRows, onPage } = work;
  const { db } = ledger;
  const mappings = new Map(
    target.system.outbound.map((mapping) => [target.outbound.get(mapping.name)!, mapping]),
  );
  const before = targetReader(ledger, "before", entity);
  const after = targetReader(ledger, "after", entity);
  const differences = new Differences(ledger, reconciliation, entity);
  const counts = { source: 0, target: 0, equal: 0, explained: 0, different: 0, missing: 0, unexpected: 0 };

  const one = (
    sent: OutgoingRecord,
    was: CanonicalRecord | null,
    is: CanonicalRecord | null,
    rows: readonly RowFinding[],
  ): void => {
    const { id, targetKey, out } = sent;
    counts.source += 1;
    const mapping = mappings.get(sent.outbound ?? 0);
    const projection = mapping === undefined ? undefined : projectionOf(entity, mapping, out);
    if (
      mapping !== undefined &&
      projection !== undefined &&
      sent.disposition !== "unchanged" &&
      sent.isApplied
    ) {
      expectation.add(expectedRecord(mapping, projection, was), was, projection.ignored);
    }
    if (is === null || mapping === undefined || projection === undefined) {
      counts.missing += 1;
      differences.missing(id, targetKey);
      return;
    }
    const kept = was === null ? undefined : { fields: mapping.keepOnUpdate, before: was };
    const compared = compare(entity, { source: out.record, projection, target: is, kept });
    const wrong = telling(rows, compared, projection);
    counts[wrong.length > 0 ? "different" : compared.verdict] += 1;
    for (const field of compared.fields) differences.add(id, targetKey, field);
    for (const row of wrong) differences.addRow(id, targetKey, row);
  };

  for (const page of outgoing(ledger, entity, { dispositions: ["created", "updated", "unchanged"] })) {
    ledger.transaction(() => {
      const keys = page.map(({ targetKey }) => targetKey);
      const [were, are] = [before(keys), after(keys)];
      const found = checksRows
        ? findingsOf(
            ledger,
            page.map(({ id }) => id),
          )
        : null;
      for (const sent of page) {
        const [was, is] = [recordOf(were, sent.targetKey), recordOf(are, sent.targetKey)];
        one(sent, was, is, found?.get(sent.id) ?? []);
      }
      differences.write();
    });
    await onPage(counts.source);
  }
  counts.target = db.prepare(`SELECT COUNT(*) FROM "after_${entity}"`).pluck().get() as number;
  counts.unexpected = findUnexpected(ledger, reconciliation, entity);
  return counts;
}

function findUnexpected(ledger: Ledger, reconciliation: number, entity: EntityName): number {
  return ledger.db
    .prepare(
      `INSERT INTO difference (reconciliation, entity, targetKey, verdict)
       SELECT ?, ?, a.key, 'unexpected' FROM "after_${entity}" a
       LEFT JOIN "before_${entity}" b ON b.key = a.key
       LEFT JOIN (
         SELECT DISTINCT c.targetKey AS key FROM crosswalk c JOIN record r ON r.id = c.record
         JOIN mapping m ON m.id = r.mapping WHERE m.entity = ? AND c.targetKey IS NOT NULL
       ) ours ON ours.key = a.key
       WHERE b.key IS NULL AND ours.key IS NULL ORDER BY a.key`,
    )
    .run(reconciliation, entity, entity).changes;
}
