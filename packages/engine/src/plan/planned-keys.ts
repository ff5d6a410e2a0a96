import type { Ledger } from "@cutover/ledger";
import { withoutLostReferences, type Lead, type LedRecord, type OutgoingPage } from "@cutover/intake";
import type { Outgoing, OutgoingColumns } from "@cutover/mapping";
import { entityNames, singleReferences, type EntityName } from "@cutover/model";

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

/** How many keys are held in memory beside the table they are in. */
const most = 100_000;

/** Entities that others refer to: only their keys are ever asked for. */
export const referredTo: ReadonlySet<EntityName> = new Set(
  entityNames.flatMap((entity) => singleReferences(entity).map(({ to }) => to)),
);

/**
 * What records that will be created are going to be called in the target, so that a plan can tell that
 * a reference changes before what it refers to exists. A generated id is not known yet: a negative
 * number stands for it, which no target has.
 */
export class PlannedKeys {
  readonly #remember;
  readonly #key;
  readonly #disposition;
  readonly #forgetFlagged;
  /** Keys of entities that are planned: they do not change any more. */
  readonly #known = new Map<number, string>();

  constructor({ db }: Ledger) {
    db.exec(`
      DROP TABLE IF EXISTS temp.planned_key;
      CREATE TEMP TABLE planned_key (id INTEGER PRIMARY KEY, key TEXT NOT NULL)`);
    this.#remember = db.prepare("INSERT OR REPLACE INTO temp.planned_key (id, key) VALUES (?, ?)");
    this.#key = db.prepare("SELECT key FROM temp.planned_key WHERE id = ?").pluck();
    this.#disposition = db.prepare("SELECT disposition FROM record WHERE id = ?").pluck();
    this.#forgetFlagged = db.prepare(
      `DELETE FROM temp.planned_key WHERE id IN (
         SELECT id FROM record WHERE disposition IN ('flagged', 'excluded') AND disposition = 'flagged')`,
    );
  }

  /** Notes the key of a record that others may refer to. */
  remember(entity: EntityName, id: number, key: string): void {
    if (referredTo.has(entity)) this.#remember.run(id, key);
  }

  /** Records that were flagged after all will not be created. */
  forgetFlagged(): void {
    this.#forgetFlagged.run();
  }

  /** The record with the keys its references have or will have, and the references that have none. */
  resolve(entity: EntityName, { out, leadsTo }: LedRecord): PlannedRecord {
    let keys: Record<string, string | readonly string[] | null> | null = null;
    const lost: LostReference[] = [];
    for (const { field, to } of singleReferences(entity)) {
      if (out.record[field] === null || out.targetKeys[field] !== null) continue;
      const root = leadsTo[field] ?? null;
      const key = root === null ? null : this.#plannedKey(entity, to, root);
      if (key === null) lost.push({ field, root });
      else (keys ??= { ...out.targetKeys })[field] = key;
    }
    const known = keys === null ? out : { record: out.record, targetKeys: keys };
    return { out: lost.length === 0 ? known : withoutLostReferences(entity, known).out, lost };
  }

  /** The same of a page, column by column; records that have a reference without a key are marked. */
  resolveAll(entity: EntityName, page: OutgoingPage, marks: Uint8Array): OutgoingColumns {
    const known = new Map<string, readonly (string | null)[]>();
    for (const { field, to } of singleReferences(entity)) {
      const [told, leads] = [page.values(field), page.leads(field)];
      const keys = this.namesOf(entity, to, leads);
      keys.forEach((key, place) => {
        if (key === null && told[place] !== null) marks[place] = 1;
      });
      known.set(field, keys);
    }
    return {
      length: page.length,
      values: (field) => page.values(field),
      targetKeys: (field) => known.get(field) ?? page.targetKeys(field),
      out: (place) => this.resolve(entity, page.record(place)).out,
    };
  }

  /** What the target calls or will call what records of an entity refer to; null where it has no name. */
  namesOf(entity: EntityName, to: EntityName, leads: readonly (Lead | null)[]): readonly (string | null)[] {
    return leads.map((lead) =>
      lead === null ? null : (lead.targetKey ?? this.#plannedKey(entity, to, lead.canonical)),
    );
  }

  #plannedKey(of: EntityName, to: EntityName, id: number): string | null {
    return to === of ? this.#ownKey(id) : this.#keyOf(id);
  }

  #keyOf(id: number): string | null {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const key = this.#read(id);
    if (this.#known.size >= most) this.#known.clear();
    if (key !== null) this.#known.set(id, key);
    return key;
  }

  /** Records of the entity at hand may not be planned yet: they get a stand-in unasked. */
  #ownKey(id: number): string | null {
    return this.#read(id) ?? (this.#disposition.get(id) === null ? `-${id}` : null);
  }

  #read(id: number): string | null {
    return (this.#key.get(id) as string | undefined) ?? null;
  }
}
