import {
  compare,
  lostReferenceRule,
  outgoing,
  withoutLostReferences,
  type FieldComparison,
  type OutgoingRecord,
  type Side,
} from "@cutover/intake";
import { targetReader, type Ledger } from "@cutover/ledger";
import type { OutboundMapping, Outgoing, Projection } from "@cutover/mapping";
import { entities, encodeValue, type CanonicalRecord, type EntityName, type Verdict } from "@cutover/model";
import type { Expectation } from "./expectation.js";

/** The figures of one entity: `source` is equal + explained + different + missing. */
export type Reconciled = Readonly<Record<"source" | "target" | Verdict, number>>;

export interface CompareWork {
  readonly ledger: Ledger;
  readonly target: Side;
  /** The row of `reconciliation` that differences belong to. */
  readonly reconciliation: number;
  readonly expectation: Expectation;
  readonly onPage: (done: number) => void;
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

/** A function that writes differences. Values of credentials are not written. */
function differenceWriter(ledger: Ledger, reconciliation: number, entity: EntityName) {
  const insert = ledger.db.prepare(
    `INSERT INTO difference (reconciliation, entity, record, targetKey, verdict, field, rule, source, projected, target)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (
    record: number | null,
    targetKey: string | null,
    verdict: Verdict,
    of: FieldComparison | null,
  ): void => {
    const field = of === null ? null : entities[entity].fields[of.field]!;
    const text = (value: FieldComparison["source"] | undefined): string | null => {
      if (field === null || value === undefined || value === null || field.secret === true) return null;
      return String(encodeValue(field.kind, value));
    };
    insert.run(
      reconciliation,
      entity,
      record,
      targetKey,
      verdict,
      of?.field ?? null,
      of?.rule ?? null,
      text(of?.source),
      text(of?.projected),
      text(of?.target),
    );
  };
}

/**
 * Compares every loaded record of an entity with what was read back, field by field, and finds what is in
 * the target though nobody had it there: neither the crosswalk nor what the target held before.
 */
export function compareEntity(work: CompareWork, entity: EntityName): Reconciled {
  const { ledger, target, reconciliation, expectation, onPage } = work;
  const { db } = ledger;
  const mappings = new Map(
    target.system.outbound.map((mapping) => [target.outbound.get(mapping.name)!, mapping]),
  );
  const outboundOf = db.prepare("SELECT outbound FROM crosswalk WHERE record = ?").pluck();
  const isApplied = db.prepare("SELECT applied IS NOT NULL FROM record WHERE id = ?").pluck();
  const before = targetReader(ledger, "before", entity);
  const after = targetReader(ledger, "after", entity);
  const write = differenceWriter(ledger, reconciliation, entity);
  const counts = { source: 0, target: 0, equal: 0, explained: 0, different: 0, missing: 0, unexpected: 0 };

  const one = ({ id, targetKey, out, disposition }: OutgoingRecord): void => {
    counts.source += 1;
    const mapping = mappings.get(outboundOf.get(id) as number);
    const was = targetKey === null ? null : (before(targetKey)?.record ?? null);
    const projection = mapping === undefined ? undefined : projectionOf(entity, mapping, out);
    if (
      mapping !== undefined &&
      projection !== undefined &&
      disposition !== "unchanged" &&
      isApplied.get(id) === 1
    ) {
      expectation.add(expectedRecord(mapping, projection, was), was, projection.ignored);
    }
    const is = targetKey === null ? null : after(targetKey);
    if (is === null || mapping === undefined || projection === undefined) {
      counts.missing += 1;
      write(id, targetKey, "missing", null);
      return;
    }
    const kept = was === null ? undefined : { fields: mapping.keepOnUpdate, before: was };
    const { verdict, fields } = compare(entity, { source: out.record, projection, target: is.record, kept });
    counts[verdict] += 1;
    for (const field of fields) write(id, targetKey, field.verdict, field);
  };

  for (const page of outgoing(ledger, entity, { dispositions: ["created", "updated", "unchanged"] })) {
    ledger.transaction(() => page.forEach(one));
    onPage(counts.source);
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
