import { defaultKeys } from "@cutover/engine";
import type { LoadedSystem, OutboundExample } from "@cutover/mapping";
import { entities, type CanonicalRecord, type CanonicalValue, type EntityName } from "@cutover/model";
import type { GivenRecord } from "./example-source.js";

/** An example with what it refers to: everything that has to be in the target for it. */
export interface Party {
  readonly example: OutboundExample;
  readonly key: string;
  /** The example's own record last. */
  readonly records: readonly GivenRecord[];
  /** Target keys it refers to which no example of the system could be made to stand for. */
  readonly unmet: readonly string[];
}

const referencesOf = (entity: EntityName) =>
  Object.entries(entities[entity].fields).filter(([, { kind }]) => kind === "ref" || kind === "refs");

/** The text before the first placeholder of the key that an outbound mapping gives its records: `badge:`. */
function keyPrefix(system: LoadedSystem, mapping: string): string {
  const key = system.definition.outbound.find(({ name }) => name === mapping)?.key;
  return key?.kind === "template" ? key.template.split("{")[0]! : "";
}

/** Fields by which records of an entity are recognized, or that one of them must have, as far as they are text. */
const identifying = (entity: EntityName): ReadonlySet<string> => {
  const named = defaultKeys[entity].flatMap(({ fields }) => fields);
  const { fields } = entities[entity];
  const needed = Object.entries(fields).flatMap(([name, field]) => (field.required === true ? [name] : []));
  return new Set([...named, ...needed].filter((name) => fields[name]?.kind === "text"));
};

const filled = ({ out }: OutboundExample): number =>
  Object.values(out.record).filter((value) => value !== null).length;

/** Different companions an example is tried with, at most. */
export const attempts = 5;

/**
 * What an example refers to is made of the system's other examples: for each target key it names, a record
 * of the entity by that mapping whose keys look like it, the plainest first. Every example gets its own,
 * told apart by what records are recognized by, so that examples do not meet in the target.
 */
export class Companions {
  readonly #system: LoadedSystem;
  readonly #examples: readonly OutboundExample[];
  #count = 0;
  #attempt = 0;

  /** An example with parameters of its own stands for nobody else: by those of the others it may be refused. */
  constructor(system: LoadedSystem, examples: readonly OutboundExample[]) {
    this.#system = system;
    this.#examples = examples.filter(({ parameters }) => Object.keys(parameters).length === 0);
  }

  /** @param attempt from 0: which of the records that could stand for what it refers to */
  partyOf(example: OutboundExample, attempt = 0): Party {
    this.#attempt = attempt;
    const records: GivenRecord[] = [];
    const unmet: string[] = [];
    const key = `example ${++this.#count}`;
    const record = this.#withCompanions(example, records, unmet, false, 0);
    return { example, key, records: [...records, { entity: example.entity, key, record }], unmet };
  }

  /** The example's record, its references leading to companions, which are added to `records`. */
  #withCompanions(
    { entity, out }: OutboundExample,
    records: GivenRecord[],
    unmet: string[],
    onlyNeeded: boolean,
    depth: number,
  ): CanonicalRecord {
    const changed: Record<string, CanonicalValue> = {};
    const known = new Map<string, string>();
    for (const [name, field] of referencesOf(entity)) {
      const wanted = out.targetKeys[name] ?? null;
      if (wanted === null) continue;
      if (onlyNeeded && field.required !== true) {
        changed[name] = null;
        continue;
      }
      const find = (targetKey: string): string => {
        const id = `${field.entity!} ${targetKey}`;
        const found = known.get(id) ?? this.#companion(field.entity!, targetKey, records, unmet, depth + 1);
        known.set(id, found);
        return found;
      };
      changed[name] = typeof wanted === "string" ? find(wanted) : wanted.map(find);
    }
    return { ...out.record, ...changed };
  }

  #companion(
    entity: EntityName,
    targetKey: string,
    records: GivenRecord[],
    unmet: string[],
    depth: number,
  ): string {
    const models = this.#modelsOf(entity, targetKey);
    const model = models[this.#attempt % Math.max(1, models.length)];
    const key = `companion ${++this.#count}`;
    if (model === undefined || depth > 4) {
      unmet.push(`${entity} ${targetKey}`);
      return key;
    }
    const record = this.#withCompanions(model, records, unmet, true, depth);
    const apart = [...identifying(entity)].flatMap((field) => {
      const value = record[field];
      return typeof value === "string" ? [[field, `c${this.#count}-${value}`] as const] : [];
    });
    records.push({ entity, key, record: { ...record, ...Object.fromEntries(apart) } });
    return key;
  }

  #modelsOf(entity: EntityName, targetKey: string): readonly OutboundExample[] {
    const prefixes = new Map(
      this.#examples.map(({ mapping }) => [mapping, keyPrefix(this.#system, mapping)] as const),
    );
    const fitting = this.#examples.filter(
      (one) => one.entity === entity && targetKey.startsWith(prefixes.get(one.mapping)!),
    );
    const longest = Math.max(0, ...fitting.map(({ mapping }) => prefixes.get(mapping)!.length));
    return fitting
      .filter(({ mapping }) => prefixes.get(mapping)!.length === longest)
      .toSorted((a, b) => filled(a) - filled(b));
  }
}
