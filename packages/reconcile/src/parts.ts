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
const enough = 38;

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

/**
 * The two halves of an entity's records, where they can be told apart on both sides alike: a load gives keys
 * in the order of the ledger. What is in one half of the ledger and in the other of the target is found all the
 * same, only later. Null where its records come in orders of their own.
 */
function halvesOf(
  ledger: Ledger,
  mapping: InboundMapping,
  { first, last }: Extent,
): readonly [Part, Part] | null {
  const { entity } = mapping;
  const next = ledger.db
    .prepare(
      `SELECT e.id, r.targetKey FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
       WHERE e.id >= ? AND r.targetKey IS NOT NULL AND r.gone IS NULL
         AND r.disposition IN (${expectedDispositions}) ORDER BY e.id LIMIT 1`,
    )
    .raw();
  const probe = (part: number): readonly [id: number, key: number | null] | null => {
    const found = next.get(first + Math.floor((last - first) * part)) as [number, string] | undefined;
    return found === undefined ? null : [found[0], numberOf(mapping, found[1])];
  };
  const [middle, key] = probe(0.5) ?? [0, null];
  if (key === null) return null;
  let right = 0;
  for (let i = 0; i < probes; i += 1) {
    const [id, other] = probe(i / probes) ?? [0, null];
    if (other !== null && id <= middle === other <= key) right += 1;
  }
  if (right < enough) return null;
  const [column] = mapping.extract.key as [string];
  return [
    { entity, ids: { above: 0, upto: middle }, range: { column, above: null, upto: key } },
    { entity, ids: { above: middle, upto: null }, range: { column, above: key, upto: null } },
  ];
}

/** The part of what is divided that is worth another thread whole. */
const worthwhile = 1 / 10;

/**
 * What is compared by whoever is free: the halves of entities that have `fewest` records and can be divided,
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
    return halvesOf(ledger, mapping, extent) ?? [];
  });
}
