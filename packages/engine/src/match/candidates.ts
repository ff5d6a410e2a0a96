import type { Ledger } from "@cutover/ledger";
import type { MatchKey } from "../policy.js";
import { registerMatchKey } from "./normalize.js";

/**
 * Finding counterparts by ordered keys, set by set. Two temporary tables hold the keys of those who
 * seek and of those who are sought; SQL brings them together. A group of any size costs one row, so
 * data full of duplicates cannot make it explode.
 */
export function openCandidates(db: Ledger["db"]): void {
  registerMatchKey(db);
  db.exec(`
    DROP TABLE IF EXISTS temp.seeker;
    DROP TABLE IF EXISTS temp.sought;
    CREATE TEMP TABLE seeker (id INTEGER NOT NULL, no INTEGER NOT NULL, value TEXT NOT NULL);
    CREATE TEMP TABLE sought (id NOT NULL, no INTEGER NOT NULL, value TEXT NOT NULL);
  `);
}

/** Drops what the search needed; its results too. */
export function closeCandidates(db: Ledger["db"]): void {
  for (const table of ["seeker", "sought", "candidate", "found"])
    db.exec(`DROP TABLE IF EXISTS temp.${table}`);
}

/** How one seeker fared. */
export interface Found {
  readonly seeker: number;
  /** Which key found it, from 0. */
  readonly no: number;
  readonly counterpart: string | number;
  readonly verdict: "match" | "ambiguous" | "conflict";
}

/**
 * Brings seekers and sought together into the temporary table `found`: the strongest key that finds
 * anything decides. Several counterparts by that key are ambiguous; another counterpart by a weaker
 * key, or a deciding key that both have and that differs, is a conflict; so is a counterpart that
 * several seekers claim.
 */
export function findCounterparts(db: Ledger["db"], keys: readonly MatchKey[]): void {
  const deciding = keys.flatMap((key, no) => (key.decides === true ? [no] : []));
  db.exec(`
    CREATE INDEX temp.seeker_id ON seeker (id, no);
    CREATE INDEX temp.sought_id ON sought (id, no);
    CREATE INDEX temp.sought_value ON sought (no, value, id);
    DROP TABLE IF EXISTS temp.candidate;
    CREATE TEMP TABLE candidate AS
      SELECT s.id AS seeker, s.no, MIN(t.id) AS counterpart, COUNT(DISTINCT t.id) AS n
      FROM temp.seeker s JOIN temp.sought t ON t.no = s.no AND t.value = s.value
      GROUP BY s.id, s.no;
    CREATE INDEX temp.candidate_seeker ON candidate (seeker);
    DROP TABLE IF EXISTS temp.found;
    -- With MIN(), SQLite takes the other columns from the row that has the minimum.
    CREATE TEMP TABLE found AS
      SELECT seeker, MIN(no) AS no, counterpart,
        CASE
          WHEN n > 1 THEN 'ambiguous'
          WHEN (SELECT COUNT(DISTINCT o.counterpart) FROM temp.candidate o
                WHERE o.seeker = candidate.seeker AND o.n = 1) > 1 THEN 'conflict'
          ELSE 'match'
        END AS verdict
      FROM temp.candidate GROUP BY seeker;
    CREATE INDEX temp.found_counterpart ON found (counterpart);
    UPDATE temp.found SET verdict = 'conflict'
    WHERE verdict = 'match' AND EXISTS (
      -- One counterpart's keys, never all keys of the kind.
      SELECT 1 FROM temp.seeker s JOIN temp.sought t INDEXED BY sought_id ON t.no = s.no AND t.value <> s.value
      WHERE s.id = found.seeker AND t.id = found.counterpart AND s.no IN (${deciding.join(", ") || "-1"}));
    UPDATE temp.found SET verdict = 'ambiguous'
    WHERE verdict = 'match' AND counterpart IN (
      SELECT counterpart FROM temp.found WHERE verdict = 'match' GROUP BY counterpart HAVING COUNT(*) > 1);
  `);
}

/** The key's fields in words, for reasons and notes. */
export const keyInWords = (key: MatchKey): string => [...key.fields, ...(key.optional ?? [])].join(" + ");
