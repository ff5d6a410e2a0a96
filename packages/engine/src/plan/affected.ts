import { waiting, type Ledger } from "@cutover/ledger";
import { entities, entityNames, fieldNames, singleReferences, type EntityName } from "@cutover/model";
import { stagedPart } from "../match/staged-keys.js";
import { outboundOf, type Target } from "../target.js";

/**
 * The records that a delta plans: whatever the target may not hold as it is staged. All others ended as
 * they are in the target before, and are left as they are there.
 */
export class Affected {
  readonly #ledger: Ledger;
  readonly #target: Target;

  constructor(ledger: Ledger, target: Target) {
    this.#ledger = ledger;
    this.#target = target;
    ledger.db.exec(`
      DROP TABLE IF EXISTS temp.affected;
      CREATE TEMP TABLE affected (id INTEGER PRIMARY KEY, entity TEXT NOT NULL, round INTEGER NOT NULL);
      DROP TABLE IF EXISTS temp.moved;
      CREATE TEMP TABLE moved (id INTEGER PRIMARY KEY, entity TEXT NOT NULL)`);
  }

  /**
   * What is new or changed, what waited for a person or was left out, and what refers to any of these: they
   * may be called something else now, or live on in another. Lists are short, and are always looked at.
   */
  begin(): void {
    this.#ledger.db.exec(`
      INSERT INTO temp.moved
        SELECT r.id, m.entity FROM record r JOIN mapping m ON m.id = r.mapping
        WHERE r.id IN (${waiting});
      INSERT INTO temp.affected SELECT id, entity, 1 FROM temp.moved`);
    for (const entity of entityNames) {
      for (const field of fieldNames(entity)) {
        if (entities[entity].fields[field]!.kind === "refs") this.#add(entity, `e."${field}" <> '[]'`, 1);
      }
    }
    this.#grow(1);
  }

  /** Adds what refers to records that lost their name in the target; false where nothing does. */
  follow(renamed: readonly number[], round: number): boolean {
    const { db } = this.#ledger;
    db.exec("DELETE FROM temp.moved");
    db.prepare(
      `INSERT INTO temp.moved SELECT r.id, m.entity FROM record r JOIN mapping m ON m.id = r.mapping
       WHERE r.id IN (SELECT value FROM json_each(?))`,
    ).run(JSON.stringify(renamed));
    return this.#grow(round);
  }

  /**
   * Target keys of what a round added, and in the first of what the source no longer has, for others may take its
   * place, and of what loads wrote over, for who is looked for may look like what was there before.
   */
  keysOf(entity: EntityName, round: number): ReadonlySet<string> {
    const { db } = this.#ledger;
    const keys = db
      .prepare(
        `SELECT r.targetKey FROM temp.affected a JOIN record r ON r.id = a.id
         WHERE a.entity = ? AND a.round = ? AND r.targetKey IS NOT NULL`,
      )
      .pluck()
      .all(entity, round) as string[];
    if (round > 1) return new Set(keys);
    const vanished = db
      .prepare(
        `SELECT r.targetKey FROM record r JOIN mapping m ON m.id = r.mapping
         WHERE r.gone IS NOT NULL AND r.targetKey IS NOT NULL AND m.entity = ?`,
      )
      .pluck()
      .all(entity) as string[];
    return new Set([...keys, ...vanished, ...this.#writtenOver(entity)]);
  }

  /** Target keys of records that the target had and loads wrote to; none where nobody is looked for. */
  #writtenOver(entity: EntityName): readonly string[] {
    const { db } = this.#ledger;
    const isSought = db
      .prepare(
        `SELECT 1 FROM temp.affected a JOIN record r ON r.id = a.id
         WHERE a.entity = ? AND r.targetKey IS NULL AND EXISTS (SELECT 1 FROM "before_${entity}") LIMIT 1`,
      )
      .get(entity);
    if (isSought === undefined) return [];
    return db
      .prepare(
        `SELECT DISTINCT r.targetKey
         FROM batch b CROSS JOIN written w ON w.batch = b.id CROSS JOIN record r ON r.id = w.record
         WHERE b.entity = ? AND b.state = 'done' AND r.matched IS NOT NULL AND r.targetKey IS NOT NULL`,
      )
      .pluck()
      .all(entity) as string[];
  }

  /** Has the affected planned anew, and ends all others as they ended. */
  settleOthers(): void {
    // Who is affected and settled is ended with the others, and opened again: told apart, it would cost every record
    // a look-up. What is as it should be is not written again.
    this.#ledger.db.exec(`
      UPDATE record SET disposition = 'unchanged', reason = NULL, applied = NULL
      WHERE settled IS NOT NULL AND (disposition IS NULL OR disposition = 'created' OR disposition = 'updated')
        AND gone IS NULL;
      UPDATE record SET settled = NULL, outbound = NULL, applied = NULL,
        disposition = CASE WHEN disposition IN ('flagged', 'excluded', 'merged') THEN disposition END
      WHERE id IN (SELECT id FROM temp.affected)
        AND (settled IS NOT NULL OR outbound IS NOT NULL OR applied IS NOT NULL
          OR disposition IN ('created', 'updated', 'unchanged'))`);
  }

  #grow(round: number): boolean {
    const moved = this.#ledger.db.prepare("SELECT 1 FROM temp.moved WHERE entity = ? LIMIT 1");
    let grown = 0;
    for (const entity of entityNames) {
      for (const { field, to } of singleReferences(entity)) {
        if (moved.get(to) === undefined) continue;
        grown += this.#add(entity, `e."${field}Id" IN (SELECT id FROM temp.moved)`, round);
      }
      grown += this.#addRivals(entity, round);
    }
    return grown > 0;
  }

  /** Where the target keeps one record of several, all of them are looked at, whichever changed. */
  #addRivals(entity: EntityName, round: number): number {
    let grown = 0;
    for (const { mapping } of outboundOf(this.#target, entity)) {
      if (mapping.cardinality === null) continue;
      const by = mapping.cardinality.by.map((field) => stagedPart(entity, field)).join(", ");
      const of = `SELECT ${by} FROM temp.affected a CROSS JOIN "${entity}" e ON e.id = a.id`;
      grown += this.#add(entity, `(${by}) IN (${of})`, round);
    }
    return grown;
  }

  #add(entity: EntityName, where: string, round: number): number {
    return this.#ledger.db
      .prepare(
        `INSERT INTO temp.affected SELECT e.id, '${entity}', ? FROM "${entity}" e WHERE ${where} ON CONFLICT DO NOTHING`,
      )
      .run(round).changes;
  }
}
