import type { Ledger } from "@cutover/ledger";
import { withoutLostReferences, type OutgoingRecord } from "@cutover/intake";
import type { Outgoing } from "@cutover/mapping";
import { entities, entityNames, fieldNames, type Disposition, type EntityName } from "@cutover/model";

/** A reference of a record that leads to nothing the target has or will have. */
export interface LostReference {
  readonly field: string;
  /** The record it leads to, where there is one. */
  readonly root: number | null;
}

export interface PlannedRecord {
  readonly out: Outgoing;
  readonly lost: readonly LostReference[];
}

interface Lookup {
  readonly canonical: number;
  readonly disposition: Disposition | null;
  readonly key: string | null;
}

/**
 * What records that will be created are going to be called in the target, so that a plan can tell that
 * a reference changes before what it refers to exists. A generated id is not known yet: a negative
 * number stands for it, which no target has.
 */
export class PlannedKeys {
  readonly #remember;
  readonly #lookups = new Map<string, (id: number) => Lookup | undefined>();
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    ledger.db.exec(`
      DROP TABLE IF EXISTS temp.planned_key;
      CREATE TEMP TABLE planned_key (id INTEGER PRIMARY KEY, key TEXT NOT NULL)`);
    this.#remember = ledger.db.prepare("INSERT OR REPLACE INTO temp.planned_key (id, key) VALUES (?, ?)");
  }

  /** Notes the key of a record that others may refer to. */
  remember(entity: EntityName, id: number, key: string): void {
    if (referredTo.has(entity)) this.#remember.run(id, key);
  }

  /** The record with the keys its references have or will have, and the references that have none. */
  resolve(entity: EntityName, { id, out }: OutgoingRecord): PlannedRecord {
    let keys: Record<string, string | readonly string[] | null> | null = null;
    const lost: LostReference[] = [];
    for (const field of refFields.get(entity)!) {
      if (out.record[field] === null || out.targetKeys[field] !== null) continue;
      const found = this.#lookup(entity, field)(id);
      // Records of the entity at hand are not planned yet: they get their stand-in unasked.
      const own = entities[entity].fields[field]!.entity === entity && found?.disposition === null;
      const key = found === undefined ? null : (found.key ?? (own ? `-${found.canonical}` : null));
      if (key === null) lost.push({ field, root: found?.canonical ?? null });
      else (keys ??= { ...out.targetKeys })[field] = key;
    }
    const known = keys === null ? out : { record: out.record, targetKeys: keys };
    return { out: lost.length === 0 ? known : withoutLostReferences(entity, known).out, lost };
  }

  #lookup(entity: EntityName, field: string): (id: number) => Lookup | undefined {
    const name = `${entity}.${field}`;
    let lookup = this.#lookups.get(name);
    if (lookup === undefined) {
      const query = this.#ledger.db.prepare(
        `SELECT c.canonical, r.disposition, p.key FROM "${entity}" e
         JOIN crosswalk c ON c.record = e."${field}Id"
         JOIN record r ON r.id = c.canonical
         LEFT JOIN temp.planned_key p ON p.id = c.canonical
         WHERE e.id = ?`,
      );
      lookup = (id) => query.get(id) as Lookup | undefined;
      this.#lookups.set(name, lookup);
    }
    return lookup;
  }
}

const refFields = new Map<EntityName, readonly string[]>(
  entityNames.map((entity) => [
    entity,
    fieldNames(entity).filter((field) => entities[entity].fields[field]!.kind === "ref"),
  ]),
);

const referredTo: ReadonlySet<string> = new Set(
  entityNames.flatMap((entity) => Object.values(entities[entity].fields).map((field) => field.entity ?? "")),
);
