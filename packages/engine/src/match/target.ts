import { issueWriter, type Ledger } from "@cutover/ledger";
import { countOutgoing } from "@cutover/intake";
import { entities, fieldNames, type CanonicalRecord, type EntityName } from "@cutover/model";
import type { Chosen } from "../plan/choose.js";
import { keysOf, type MatchKey, type MatchPolicy } from "../policy.js";
import type { Outbound } from "../target.js";
import { closeCandidates, findCounterparts, keyInWords, openCandidates, type Found } from "./candidates.js";
import { insertTargetKeys, keyOf, placesOf, targetKeys, type TargetKey } from "./target-keys.js";

/**
 * Recognizes what the target has already. Records are compared as they would be read back (their
 * projection, references as target keys), so that a field the target has no place for is absent on both
 * sides. Where the target keeps one record for each value of some fields, these are the key.
 */
export class TargetMatch {
  readonly #ledger: Ledger;
  readonly #entity: EntityName;
  readonly #keys: readonly TargetKey[];
  /** Which keys a mapping's records are looked for by, as places in `#keys`. */
  readonly #places: ReadonlyMap<Outbound, readonly number[]>;
  /** The keys by which a target key of an earlier run is held to be still the same record. */
  readonly #anchors: readonly MatchKey[];
  readonly #empty: boolean;
  readonly #seek;

  readonly #delta: boolean;

  constructor(
    ledger: Ledger,
    entity: EntityName,
    mappings: readonly Outbound[],
    policy: MatchPolicy,
    delta = false,
  ) {
    this.#delta = delta;
    this.#ledger = ledger;
    this.#entity = entity;
    this.#keys = targetKeys(entity, mappings, policy);
    this.#places = placesOf(this.#keys, mappings);
    const required = fieldNames(entity).filter((name) => {
      const field = entities[entity].fields[name]!;
      return field.kind === "ref" && field.required === true;
    });
    this.#anchors = required.length === 0 ? keysOf(policy, entity) : [{ fields: required }];
    const { db } = ledger;
    forgetPlanned(ledger, entity, delta);
    this.#empty = db.prepare(`SELECT 1 FROM "before_${entity}" LIMIT 1`).get() === undefined;
    openCandidates(db);
    this.#seek = db.prepare("INSERT INTO temp.seeker (id, no, value) VALUES (?, ?, ?)");
  }

  /** Whether the target has anything that records without a target key could be. */
  get isNeeded(): boolean {
    return (
      !this.#empty &&
      countOutgoing(this.#ledger, this.#entity, { still: "unnamed", affected: this.#delta }) > 0
    );
  }

  /** Notes the keys of records that go to the target and have no target key yet. */
  seek(page: readonly Chosen[]): void {
    if (this.#empty) return;
    for (const { id, out, outbound, targetKey } of page) {
      if (targetKey !== null) continue;
      const { record } = outbound.mapping.project(out);
      for (const place of this.#places.get(outbound)!) {
        const value = keyOf(this.#keys[place]!.key, record);
        if (value !== null) this.#seek.run(id, place, value);
      }
    }
  }

  /**
   * Whether what the target has under the key of an earlier run is something else: a target restored from
   * a copy counts its ids anew. It is, where both have keys to compare and none agrees.
   */
  isStranger(projected: CanonicalRecord, found: CanonicalRecord): boolean {
    let compared = false;
    for (const key of this.#anchors) {
      const [a, b] = [keyOf(key, projected), keyOf({ ...key, unless: [] }, found)];
      if (a === null || b === null) continue;
      if (a === b) return false;
      compared = true;
    }
    return compared;
  }

  /** Finds the counterparts of all that were noted and are not excluded since, and enters them in the crosswalk. */
  settle(): void {
    if (this.#empty) return;
    const { db } = this.#ledger;
    // Of what records have already, some is still looked at: what one was recognized as. Whoever looks like it,
    // too, was in doubt before that, and stays so. What an earlier run made was not there to be recognized, and
    // what a person said to be somebody's counterpart is nobody else's: that is not looked at.
    const claimed = `r.matched IS NOT NULL AND coalesce(r.disposition, '') NOT IN ('excluded', 'merged')
      AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.record = r.id AND d.action = 'match')`;
    db.exec(`
      DROP TABLE IF EXISTS temp.held;
      CREATE TEMP TABLE held (key TEXT PRIMARY KEY, isClaimed INTEGER NOT NULL) WITHOUT ROWID;
      INSERT INTO temp.held SELECT r.targetKey, ${claimed} FROM "${this.#entity}" e
        JOIN record r ON r.id = e.id WHERE r.targetKey IS NOT NULL
        ON CONFLICT DO UPDATE SET isClaimed = min(isClaimed, excluded.isClaimed);
      DELETE FROM temp.seeker WHERE EXISTS (
        SELECT 1 FROM record r WHERE r.id = seeker.id AND r.disposition = 'excluded')`);
    insertTargetKeys(db, this.#entity, this.#keys, {
      moment: "before",
      where: "key NOT IN (SELECT key FROM temp.held WHERE NOT isClaimed)",
    });
    const keys = this.#keys.map(({ key }) => key);
    findCounterparts(db, keys);
    db.exec(`
      UPDATE temp.found SET verdict = 'ambiguous'
      WHERE verdict = 'match' AND counterpart IN (SELECT key FROM temp.held);
      DROP TABLE temp.held`);
    this.#enter();
    closeCandidates(db);
  }

  #enter(): void {
    const { db } = this.#ledger;
    db.exec(`
      UPDATE record SET targetKey = f.counterpart, matched = 1
      FROM temp.found f WHERE f.verdict = 'match' AND f.seeker = record.id`);
    const doubtful = db.prepare("SELECT * FROM temp.found WHERE verdict <> 'match' ORDER BY seeker");
    const addIssue = issueWriter(this.#ledger);
    for (const { seeker, no, verdict } of doubtful.all() as Found[]) {
      const code = verdict === "ambiguous" ? "ambiguous-match" : "conflicting-match";
      const note = `with the target by ${keyInWords(this.#keys[no]!.key)}`;
      addIssue({ record: seeker, code, severity: "flag", stage: "match", note });
    }
  }
}

/**
 * Forgets matches that were only planned, and target keys that the target no longer has: such a record
 * is looked for by its keys like any other, and created again where they find nothing. What a person
 * decided to be the counterpart is entered anew. A delta knows only of the affected records what the
 * target has. Returns whose name was taken.
 */
export function forgetPlanned(ledger: Ledger, entity: EntityName, delta: boolean): readonly number[] {
  const ofEntity = delta
    ? "id IN (SELECT id FROM temp.affected WHERE entity = @entity)"
    : "mapping IN (SELECT m.id FROM mapping m WHERE m.entity = @entity)";
  const renamed = ledger.db
    .prepare(
      `UPDATE record SET targetKey = NULL, matched = NULL, run = NULL
       WHERE targetKey IS NOT NULL AND ${ofEntity}
         AND ((matched IS NOT NULL AND run IS NULL)
           OR NOT EXISTS (SELECT 1 FROM "before_${entity}" b WHERE b.key = record.targetKey))
       RETURNING id`,
    )
    .pluck()
    .all({ entity }) as number[];
  ledger.db
    .prepare(
      `UPDATE record SET targetKey = d.value, matched = 1, run = NULL
       FROM (SELECT record, value, MAX(id) FROM decision WHERE action = 'match' GROUP BY record) d
       WHERE d.record = record.id AND record.${ofEntity}
         AND EXISTS (SELECT 1 FROM "before_${entity}" b WHERE b.key = d.value)`,
    )
    .run({ entity });
  return renamed;
}
