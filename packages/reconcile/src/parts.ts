import type { Side } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import type { InboundMapping } from "@cutover/mapping";
import { entityNames, type EntityName, type KeyRange } from "@cutover/model";
import { expectedDispositions } from "./expected.js";

/** Records of an entity that can be compared by themselves: of the ledger by their ids, of the target by their keys. */
export interface Part {
  readonly entity: EntityName;
  readonly ids: { readonly above: number; readonly upto: number | null };
  readonly range: KeyRange;
}

/** Records that are looked at before an entity is divided, and how many of them have to be on the right side. */
const probes = 40;
const enough = 38;

/** The one mapping that reads an entity, from rows with a whole number for a key and for nobody else; null where there is none. */
function onlyMapping({ system, extractor }: Side, entity: EntityName): InboundMapping | null {
  const [mapping, ...others] = system.inbound.filter((each) => each.entity === entity);
  if (mapping === undefined || others.length > 0 || extractor.capabilities.narrows !== true) return null;
  const { extract, key } = mapping;
  const [column] = extract.key;
  const isPlain = extract.key.length === 1 && key.columns.length === 1 && key.columns[0] === column;
  const isNumber = extract.columns.find(({ name }) => name === column)?.type === "integer";
  const isAlone = system.inbound.every((each) => each === mapping || each.extract.name !== extract.name);
  return isPlain && isNumber && isAlone ? mapping : null;
}

/** The number that is a target key; null where it is none. */
function numberOf({ key }: InboundMapping, targetKey: string): number | null {
  const parts = key.parts(targetKey);
  const number = parts?.length === 1 && /^-?\d+$/.test(parts[0]!) ? Number(parts[0]) : Number.NaN;
  return Number.isSafeInteger(number) ? number : null;
}

/**
 * The two halves of an entity's records, where they can be told apart on both sides alike: a load gives keys
 * in the order of the ledger. What is in one half of the ledger and in the other of the target is found all the
 * same, only later. Null where the entity is small, or its records come in orders of their own.
 */
function halvesOf(
  ledger: Ledger,
  target: Side,
  entity: EntityName,
  fewest: number,
): readonly [Part, Part] | null {
  const mapping = onlyMapping(target, entity);
  if (mapping === null) return null;
  const { db } = ledger;
  const [first, last] = db.prepare(`SELECT min(id), max(id) FROM "${entity}"`).raw().get() as [
    number | null,
    number | null,
  ];
  if (first === null || last === null || last - first < fewest) return null;
  const next = db
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

/** The halves of all entities that can be divided, and that have no fewer records. */
export const divide = (ledger: Ledger, target: Side, fewest: number): readonly Part[] =>
  entityNames.flatMap((entity) => halvesOf(ledger, target, entity, fewest) ?? []);
