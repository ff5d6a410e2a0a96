import { currentExtraction, unsettled, waiting, type Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";

/** SQL: the records of a check that looks at some only. */
export const lookedAt = "SELECT id FROM temp.look_again";

/**
 * Notes, for a delta, the records of which a check may say something else than it did: what changed or waits, what
 * a check found something in, and what persons decided about. Of all others it would find nothing again: they are
 * as they were, and what depends on the day only lets go of a record as time goes on. Call it before what earlier
 * checks found is forgotten. False where all have to be looked at: the clock was put back.
 */
export function noteLookAgain({ db }: Ledger, now: string): boolean {
  db.exec(`
    DROP TABLE IF EXISTS temp.look_again;
    CREATE TEMP TABLE look_again (id INTEGER PRIMARY KEY);
    INSERT INTO temp.look_again
      ${waiting} UNION SELECT record FROM issue WHERE stage = 'check' UNION SELECT record FROM decision`);
  const last = db.prepare("SELECT max(createdAt) FROM plan").pluck().get() as string | null;
  return last !== null && last <= now;
}

/** Adds what changed since: records whose references lead elsewhere now. */
export const noteChanged = ({ db }: Ledger): void =>
  void db.exec(`INSERT OR IGNORE INTO temp.look_again ${unsettled}`);

/** Adds the records of an entity that refer to one of another entity that is looked at. */
export const noteReferring = ({ db }: Ledger, entity: EntityName, field: string, to: EntityName): void =>
  void db.exec(`
    INSERT OR IGNORE INTO temp.look_again SELECT id FROM "${entity}"
    WHERE EXISTS (SELECT 1 FROM temp.look_again a JOIN "${to}" t ON t.id = a.id) AND "${field}Id" IN (${lookedAt})`);

/** Whether any record of an entity is looked at. */
export const isLookedAt = ({ db }: Ledger, entity: EntityName): boolean =>
  db.prepare(`SELECT 1 FROM temp.look_again a JOIN "${entity}" e ON e.id = a.id LIMIT 1`).get() !== undefined;

/** Whether the source lost records since the last plan. */
export const anyVanished = (ledger: Ledger): boolean =>
  ledger.db
    .prepare("SELECT 1 FROM record INDEXED BY record_gone WHERE gone IS NOT NULL AND gone = ? LIMIT 1")
    .get(currentExtraction(ledger)) !== undefined;
