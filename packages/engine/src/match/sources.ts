import { flagDependents } from "@cutover/intake";
import { issueWriter, markFlagged, type Ledger } from "@cutover/ledger";
import { entityNames, type EntityName } from "@cutover/model";
import { keysOf, type Enrichment, type MatchPolicy } from "../policy.js";
import { closeCandidates, findCounterparts, keyInWords, openCandidates, type Found } from "./candidates.js";
import { enrich } from "./enrich.js";
import { mergeByDecision } from "./merge-decisions.js";
import { insertStagedKeys } from "./staged-keys.js";

/** Whether a record has no end yet, or in a delta that of the last run: nothing was found that speaks against it. */
const isOpen = (disposition: string): string =>
  `coalesce(${disposition}, 'unchanged') IN ('created', 'updated', 'unchanged')`;

/** A source taking part in the match; earlier ones in the list survive a merge with later ones. */
export interface MatchedSource {
  readonly id: number;
  readonly name: string;
}

/** Sources in the order in which their records survive; an enriching one comes last. */
function ranked(
  sources: readonly MatchedSource[],
  enrichment: Enrichment | undefined,
): readonly MatchedSource[] {
  const last = sources.filter((source) => source.name === enrichment?.from);
  return [...sources.filter((source) => !last.includes(source)), ...last];
}

/** What the match of one record means for the books. */
function settle(
  ledger: Ledger,
  entity: EntityName,
  found: readonly Found[],
  policy: MatchPolicy,
  survivors: readonly MatchedSource[],
): void {
  const keys = keysOf(policy, entity);
  const addIssue = issueWriter(ledger);
  const merge = ledger.db.prepare("UPDATE record SET canonical = ? WHERE id = ?");
  const end = ledger.db.prepare("UPDATE record SET disposition = 'merged', reason = ? WHERE id = ?");
  const flagged = ledger.db.prepare("SELECT 1 FROM record WHERE id = ? AND disposition = 'flagged'").pluck();
  const names = survivors.map((source) => source.name).join(", ");
  for (const { seeker, no, counterpart, verdict } of found) {
    const by = keyInWords(keys[no]!);
    if (verdict !== "match") {
      const code = verdict === "ambiguous" ? "ambiguous-match" : "conflicting-match";
      addIssue({ record: seeker, code, severity: "flag", stage: "match", note: `with ${names} by ${by}` });
      continue;
    }
    merge.run(counterpart, seeker);
    if (flagged.get(counterpart) === undefined) {
      end.run(`same as in ${names} by ${by}`, seeker);
    } else {
      const root = Number(counterpart);
      addIssue({
        record: seeker,
        code: "dependent",
        severity: "flag",
        stage: "match",
        note: "its counterpart",
        root,
      });
    }
  }
}

function matchSide(
  ledger: Ledger,
  entity: EntityName,
  survivors: readonly MatchedSource[],
  side: MatchedSource,
  policy: MatchPolicy,
): void {
  const { db } = ledger;
  const keys = keysOf(policy, entity);
  const ids = survivors.map((source) => source.id).join(", ");
  openCandidates(db);
  insertStagedKeys(db, "sought", entity, keys, `m.side IN (${ids}) AND r.disposition IS NOT 'excluded'`);
  insertStagedKeys(db, "seeker", entity, keys, `m.side = ${side.id} AND ${isOpen("r.disposition")}`);
  findCounterparts(db, keys);
  const page = db.prepare("SELECT * FROM temp.found WHERE seeker > ? ORDER BY seeker LIMIT 1000");
  for (let after = 0; ;) {
    const found = page.all(after) as Found[];
    settle(ledger, entity, found, policy, survivors);
    if (found.length === 0) break;
    after = found.at(-1)!.seeker;
  }
  closeCandidates(db);
  const enrichment = policy.enrich?.[entity];
  if (enrichment?.from !== side.name) return;
  enrich(ledger, entity, side.id, enrichment.fields);
  if (enrichment.unmatched === "create") return;
  db.prepare(
    `UPDATE record SET disposition = 'excluded', reason = 'no-counterpart'
     WHERE ${isOpen("disposition")} AND gone IS NULL
       AND NOT EXISTS (SELECT 1 FROM issue i WHERE i.record = record.id AND i.stage = 'match' AND i.severity = 'flag')
       AND mapping IN (SELECT id FROM mapping WHERE side = ? AND entity = ?)`,
  ).run(side.id, entity);
}

/**
 * Recognizes records of several sources that are the same, entity by entity: the record of the later
 * source is `merged` into that of the earlier one, whose id stays the canonical id. References follow
 * by the crosswalk, so that the next entity's keys already compare what was merged.
 */
export function matchSources(ledger: Ledger, sources: readonly MatchedSource[], policy: MatchPolicy): void {
  ledger.transaction(() => {
    ledger.db.exec(
      "UPDATE record SET canonical = NULL WHERE canonical IS NOT NULL AND disposition IS NOT 'merged'",
    );
    for (const entity of entityNames) {
      mergeByDecision(ledger, entity);
      const order = ranked(sources, policy.enrich?.[entity]);
      const present = order.filter(
        ({ id }) =>
          ledger.db
            .prepare(
              `SELECT 1 FROM record r JOIN mapping m ON m.id = r.mapping
               WHERE m.side = ? AND m.entity = ? AND r.gone IS NULL LIMIT 1`,
            )
            .get(id, entity) !== undefined,
      );
      // An enriching source alone has nothing to enrich; its records are still settled.
      const [first, ...later] = present;
      if (first === undefined) continue;
      if (first.name === policy.enrich?.[entity]?.from) matchSide(ledger, entity, [], first, policy);
      later.forEach((side, i) => matchSide(ledger, entity, present.slice(0, i + 1), side, policy));
      markFlagged(ledger);
    }
    flagDependents(ledger);
  });
}
