import type { Side } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import type { InboundMapping } from "@cutover/mapping";
import { entityNames, type EntityName, type KeyRange } from "@cutover/model";
import { expectedDispositions } from "./expected.js";

/** Records of an entity that can be compared by themselves: all, or of the ledger by their ids, of the target by their keys. */
export interface Part {
  readonly entity: EntityName;
  readonly ids?: { readonly above: number; readonly upto: number | null } | undefined;
  readonly range?: KeyRange | undefined;
}

/** Records that are looked at before an entity is divided, and how many of them have to be on the right side. */
const probes = 40;
const enough = 36;

/** The mappings that read an entity, where nobody else reads their rows; none otherwise. */
function ownMappings({ system }: Side, entity: EntityName): readonly InboundMapping[] {
  const own = system.inbound.filter((each) => each.entity === entity);
  const extracts = new Set(own.map(({ extract }) => extract.name));
  const readers = system.inbound.filter(({ extract }) => extracts.has(extract.name));
  return readers.length === own.length ? own : [];
}

/** Whether rows have a whole number for a key, and so have the records that are made of them. */
function isNumbered({ extract, key }: InboundMapping): boolean {
  const [column] = extract.key;
  const isPlain = extract.key.length === 1 && key.columns.length === 1 && key.columns[0] === column;
  return isPlain && extract.columns.find(({ name }) => name === column)?.type === "integer";
}

/** The number that is a target key; null where it is none. */
function numberOf({ key }: InboundMapping, targetKey: string): number | null {
  const parts = key.parts(targetKey);
  const number = parts?.length === 1 && /^-?\d+$/.test(parts[0]!) ? Number(parts[0]) : Number.NaN;
  return Number.isSafeInteger(number) ? number : null;
}

/** The ids of an entity's first and last record, and how many there are, counted as far as `most`. */
interface Extent {
  readonly first: number;
  readonly last: number;
  readonly records: number;
}

function extentOf({ db }: Ledger, entity: EntityName, most: number): Extent | null {
  const extent = db
    .prepare(
      `SELECT (SELECT min(id) FROM "${entity}") AS first, (SELECT max(id) FROM "${entity}") AS last,
         (SELECT COUNT(*) FROM (SELECT 1 FROM "${entity}" LIMIT ?)) AS records`,
    )
    .get(most) as Extent;
  return extent.records === 0 ? null : extent;
}

/** Of the fewest records that are divided, how many a part has; and how many parts there are at most. */
const share = 1 / 2;
const mostParts = 16;

/** A place at which both sides are cut: the last record before it, and its key. */
type Cut = readonly [id: number, key: number];

/** The last records of batches that stand. */
const batchEnds = ({ db }: Ledger, entity: EntityName): readonly number[] =>
  db
    .prepare(
      `SELECT (SELECT record FROM written WHERE batch = b.id ORDER BY n DESC LIMIT 1) FROM batch b
       WHERE state = 'done' AND entity = ? ORDER BY 1`,
    )
    .pluck()
    .all(entity) as number[];

/** The ranges between cuts, from what is before the first one to what is after the last one. */
const between = (cuts: readonly number[]): readonly { above: number | null; upto: number | null }[] =>
  [null, ...cuts].map((above, i) => ({ above, upto: cuts[i] ?? null }));

/**
 * The parts of an entity's records, where they can be told apart on both sides alike: a load gives keys
 * in the order of the ledger. What is in one part of the ledger and in another of the target is found all the
 * same, only later. None where its records come in orders of their own.
 */
function partsOf(
  ledger: Ledger,
  mapping: InboundMapping,
  { first, last }: Extent,
  fewest: number,
): readonly Part[] {
  const { entity } = mapping;
  const next = ledger.db
    .prepare(
      `SELECT e.id, r.targetKey FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
       WHERE e.id >= ? AND r.targetKey IS NOT NULL AND r.gone IS NULL
         AND r.disposition IN (${expectedDispositions}) ORDER BY e.id LIMIT 1`,
    )
    .raw();
  const placeOf = (part: number): number => first + Math.floor((last - first) * part);
  /** The first record from a place on that is in the target, as far as its key tells where. */
  const cutAt = (place: number): Cut | null => {
    const [id, targetKey] = (next.get(place) ?? []) as [number?, string?];
    const key = targetKey === undefined ? null : numberOf(mapping, targetKey);
    return id === undefined || key === null ? null : [id, key];
  };
  const count = Math.max(2, Math.min(mostParts, Math.floor((last - first) / (fewest * share))));
  const ends = batchEnds(ledger, entity);
  const cuts: Cut[] = [];
  for (let i = 1; i < count; i += 1) {
    const place = placeOf(i / count);
    // What a batch wrote is better not torn apart.
    const end = ends.find((record) => record >= place) ?? Infinity;
    const cut = cutAt(end < placeOf((i + share) / count) ? end : place);
    const before = cuts.at(-1);
    if (cut !== null && (before === undefined || (before[0] < cut[0] && before[1] < cut[1]))) cuts.push(cut);
  }
  let right = 0;
  for (let i = 0; i < probes; i += 1) {
    const [id, key] = cutAt(placeOf(i / probes)) ?? [];
    if (id !== undefined && key !== undefined && cuts.every((cut) => id <= cut[0] === key <= cut[1]))
      right += 1;
  }
  if (cuts.length === 0 || right < enough) return [];
  const [column] = mapping.extract.key as [string];
  const ranges = between(cuts.map(([, key]) => key));
  return between(cuts.map(([id]) => id)).map(({ above, upto }, i) => ({
    entity,
    ids: { above: above ?? 0, upto },
    range: { column, ...ranges[i]! },
  }));
}

/** The part of what is divided that is worth another thread whole. */
const worthwhile = 1 / 10;

/**
 * What is compared by whoever is free: the parts of entities that have `fewest` records and can be divided,
 * and entities that have fewer, but many. These are compared whole: if their records come in orders of
 * their own, all of them wait.
 */
export function divide(ledger: Ledger, target: Side, fewest: number): readonly Part[] {
  return entityNames.flatMap((entity): readonly Part[] => {
    const [mapping, ...others] = ownMappings(target, entity);
    const extent = mapping === undefined ? null : extentOf(ledger, entity, fewest);
    if (mapping === undefined || extent === null || extent.records < fewest * worthwhile) return [];
    if (extent.records < fewest) return [{ entity }];
    const isDivisible = target.extractor.capabilities.narrows === true && others.length === 0;
    if (!isDivisible || !isNumbered(mapping)) return [];
    return partsOf(ledger, mapping, extent, fewest);
  });
}
