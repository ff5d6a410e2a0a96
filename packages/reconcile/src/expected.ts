import { lostReferenceRule, sentReader, withoutLostReferences, type SentRecord } from "@cutover/intake";
import { targetReader, type Ledger } from "@cutover/ledger";
import type { OutboundMapping, Outgoing, Projection } from "@cutover/mapping";
import { entities, type CanonicalRecord, type Disposition, type EntityName } from "@cutover/model";

/** A record that is expected in the target, with what the target had of it before the load. */
export interface Expected {
  readonly sent: SentRecord;
  readonly was: CanonicalRecord | null;
}

/** How records end that are in the target. */
export const dispositions: readonly Disposition[] = ["created", "updated", "unchanged"];

/** The same as a list in SQL. */
export const expectedDispositions = dispositions.map((name) => `'${name}'`).join(", ");

/** Records a page: few, so that what is made of them is soon forgotten. */
const expectedAtOnce = 250;

/** Reads a page of what is expected: records from those after an id, up to another where it is given; empty after the last. */
export type ReadExpected = (after: number, upto?: number | null) => readonly Expected[];

/**
 * A function that reads the records of an entity that the target has to have, page by page. What the target
 * had before is looked up for those that may have been written over.
 */
export function expectedReader(
  ledger: Ledger,
  entity: EntityName,
  mappings: ReadonlyMap<number, OutboundMapping>,
): ReadExpected {
  const had = ledger.db.prepare(`SELECT 1 FROM "before_${entity}" LIMIT 1`).get() !== undefined;
  const before = targetReader(ledger, "before", entity);
  const read = sentReader(ledger, entity, { dispositions, batchSize: expectedAtOnce });
  const hasEntries = Object.values(entities[entity].fields).some(({ kind }) => kind === "map");
  const mayBeWrittenOver = ({ disposition, outbound }: SentRecord): boolean =>
    disposition !== "unchanged" || hasEntries || (mappings.get(outbound ?? 0)?.keepOnUpdate.size ?? 0) > 0;
  return (after, upto) => {
    const page = read(after, upto);
    const asked = had ? page.filter(mayBeWrittenOver) : [];
    const were = asked.length === 0 ? null : before(asked.map(({ targetKey }) => targetKey));
    return page.map((sent) => ({ sent, was: were?.get(sent.targetKey ?? "")?.record ?? null }));
  };
}

/** What will be read back; a reference that had to be left out is explained by that. */
export function projectionOf(entity: EntityName, mapping: OutboundMapping, out: Outgoing): Projection {
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
export function expectedRecord(
  mapping: OutboundMapping,
  projection: Projection,
  before: CanonicalRecord | null,
): CanonicalRecord {
  if (before === null || mapping.keepOnUpdate.size === 0) return projection.record;
  const kept = [...mapping.keepOnUpdate].map((field) => [field, before[field] ?? null]);
  return { ...projection.record, ...Object.fromEntries(kept) };
}

/** Reads some records by their ids, in that order: those that are near each other together, with what is between them. */
export function* readThese(read: ReadExpected, ids: readonly number[]): Generator<readonly Expected[]> {
  for (let i = 0; i < ids.length;) {
    const near = ids.slice(i, i + expectedAtOnce).filter((id) => id < ids[i]! + expectedAtOnce);
    const page = read(ids[i]! - 1, near.at(-1)!);
    const last = page.at(-1)?.sent.id ?? near.at(-1)!;
    const asked = new Set(near.filter((id) => id <= last));
    i += asked.size;
    yield page.filter(({ sent }) => asked.has(sent.id));
  }
}
