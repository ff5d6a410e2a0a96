import { clearTarget, targetWriter, type KeptInput, type Ledger, type Moment } from "@cutover/ledger";
import type { InboundMapping } from "@cutover/mapping";
import type { EntityName, Narrow, SourceBatch } from "@cutover/model";
import type { IntakeOptions } from "./counts.js";
import { readExtract } from "./read-extract.js";
import type { Side } from "./side.js";
import { stageTarget } from "./stage-target.js";

type Values = NonNullable<Narrow["keys"]>["values"];

/** Keys a query. */
const atOnce = 500;

/** Where more than this part of an entity's records is asked for, reading all of it is cheaper. */
const mostOfAll = 0.2;

/** What a key's columns hold, as they are asked for; null where the key is no plain way to its row. */
function valuesOf({ extract, key }: InboundMapping, text: string): (string | number)[] | null {
  const parts = key.parts(text);
  if (parts === null) return null;
  const values: (string | number)[] = [];
  for (const [i, part] of parts.entries()) {
    const type = extract.columns.find(({ name }) => name === key.columns[i])?.type;
    if (type === "text") values.push(part);
    else if (type === "integer" && Number.isSafeInteger(Number(part)) && /^-?\d+$/.test(part))
      values.push(Number(part));
    else return null;
  }
  return values;
}

/** What each mapping of an entity is to be asked for; null where keys do not tell. */
function questions(
  mappings: readonly InboundMapping[],
  keys: Iterable<string>,
): ReadonlyMap<InboundMapping, Values> | null {
  const asked = new Map(mappings.map((mapping) => [mapping, [] as (string | number)[][]]));
  for (const key of keys) {
    let isAsked = false;
    for (const [mapping, values] of asked) {
      const row = valuesOf(mapping, key);
      if (row === null) continue;
      values.push(row);
      isAsked = true;
    }
    if (!isAsked) return null;
  }
  return asked;
}

/** Maps what was read; who asks for some keys may be given others that the target holds to be the same. */
function wanted(mapping: InboundMapping, { rows }: SourceBatch, keys: ReadonlySet<string>): KeptInput[] {
  return rows.flatMap((row) => {
    const { key, record, excluded } = mapping.map(row);
    return excluded !== null || key === null || !keys.has(key) ? [] : [{ key, record }];
  });
}

/**
 * Reads some records of the target again, by their keys; where the keys do not lead to them, or are many,
 * all of the entity. What the ledger has of the others stays (`before`), or is none of the matter (`after`).
 * Returns whether all of the entity was read.
 */
export async function refreshTarget(
  ledger: Ledger,
  side: Side,
  moment: Moment,
  entity: EntityName,
  keys: ReadonlySet<string>,
  options: IntakeOptions = {},
): Promise<boolean> {
  const mappings = side.system.inbound.filter((mapping) => mapping.entity === entity);
  if (mappings.length === 0) return false;
  const all = ledger.db.prepare(`SELECT COUNT(*) FROM "${entity}"`).pluck().get() as number;
  const asked =
    side.extractor.capabilities.narrows === true && keys.size <= Math.max(atOnce, all * mostOfAll)
      ? questions(mappings, keys)
      : null;
  if (asked === null) {
    await stageTarget(ledger, side, moment, { ...options, entities: [entity] });
    return true;
  }
  if (moment === "after") clearTarget(ledger, moment, entity);
  await askFor(ledger, side, moment, asked, keys, options);
  ledger.append("target-read", { side: side.name, moment, entity, keys: keys.size });
  return false;
}

async function askFor(
  ledger: Ledger,
  side: Side,
  moment: Moment,
  asked: ReadonlyMap<InboundMapping, Values>,
  keys: ReadonlySet<string>,
  options: IntakeOptions,
): Promise<void> {
  const found: { readonly mapping: InboundMapping; readonly inputs: KeptInput[] }[] = [];
  for (const [mapping, values] of asked) {
    const inputs: KeptInput[] = [];
    for (let i = 0; i < values.length; i += atOnce) {
      const narrow = { keys: { columns: mapping.key.columns, values: values.slice(i, i + atOnce) } };
      await readExtract(
        side,
        mapping.extract,
        options,
        (batch) => void inputs.push(...wanted(mapping, batch, keys)),
        narrow,
      );
    }
    found.push({ mapping, inputs });
  }
  const { entity } = [...asked.keys()][0]!;
  ledger.transaction(() => {
    ledger.db
      .prepare(`DELETE FROM "${moment}_${entity}" WHERE key IN (SELECT value FROM json_each(?))`)
      .run(JSON.stringify([...keys]));
    for (const { mapping, inputs } of found) {
      targetWriter(ledger, moment, entity, side.inbound.get(mapping.name)!)(inputs);
    }
  });
}
