import { issueWriter, type Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import { isLookedAt, lookedAt, noteReferring } from "./look-again.js";
import { brokenReferences } from "./references.js";
import { live } from "./rule-sql.js";
import { recordRules, uniqueRules, type RecordRule, type UniqueRule } from "./rules.js";

/** What records can be checked against, by the name rules call it. */
const joins = [
  { name: 'u."', field: "user", to: "user" },
  { name: 'c."', field: "certification", to: "certification" },
] as const;

/** What the rules of an entity ask for besides its records. */
const joinsOf = (rules: readonly RecordRule[]) =>
  joins.filter(({ name }) => rules.some(({ when }) => when.includes(name)));

/** One scan for all rules of an entity; of what one of them finds, a bit for each that finds something. */
function recordSql(entity: EntityName, rules: readonly RecordRule[], from: string): string {
  const any = rules.map(({ when }) => `(${when})`).join(" OR ");
  const bits = rules.map(({ when }, i) => `(((${when}) IS TRUE) << ${i})`).join(" | ");
  const asked = joinsOf(rules).map(
    ({ name, field, to }) => `LEFT JOIN "${to}" ${name[0]} ON ${name[0]}.id = e."${field}Id"`,
  );
  return `SELECT e.id, ${bits} AS found
    FROM ${from} ${asked.join(" ")} CROSS JOIN record r ON r.id = e.id
    WHERE (${any}) AND ${live} ORDER BY e.id`;
}

function uniqueSql(rule: UniqueRule): string {
  const among = `${live} AND (${rule.among ?? "1"}) AND e."${rule.field}" IS NOT NULL`;
  const from = `FROM "${rule.entity}" e CROSS JOIN record r ON r.id = e.id JOIN mapping m ON m.id = r.mapping`;
  return `WITH shared AS MATERIALIZED (
      SELECT m.side AS side, ${rule.value} AS value ${from} WHERE ${among} GROUP BY 1, 2 HAVING COUNT(*) > 1
    )
    SELECT e.id, 1 AS found ${from}
    WHERE EXISTS (SELECT 1 FROM shared) AND (m.side, ${rule.value}) IN (SELECT side, value FROM shared) AND ${among}
    ORDER BY e.id`;
}

/** A function that raises a rule's issue, unless the mapping has flagged the field already. */
function raiser(ledger: Ledger): (record: number, rule: RecordRule | UniqueRule) => boolean {
  const flagged = ledger.db
    .prepare(
      `SELECT 1 FROM issue WHERE record = ? AND severity = 'flag' AND stage IN ('extract', 'map') AND field = ?`,
    )
    .pluck();
  const add = issueWriter(ledger);
  return (record, { name, code, severity, field, because }) => {
    if (flagged.get(record, field) !== undefined) return false;
    const note = name === code ? because : `${name}: ${because}`;
    add({ record, code, severity, stage: "check", field, note });
    return true;
  };
}

/** Applies every rule, to all records or to those that are looked at again; returns how many issues each one raised. */
export function applyRules(ledger: Ledger, now: string, someOnly: boolean): ReadonlyMap<string, number> {
  const all = [...brokenReferences, ...recordRules];
  const counts = new Map<string, number>([...all, ...uniqueRules].map((rule) => [rule.name, 0]));
  const raise = raiser(ledger);
  const apply = (rules: readonly (RecordRule | UniqueRule)[], sql: string): void => {
    const select = ledger.db.prepare(sql).raw();
    const rows = (sql.includes("@now") ? select.all({ now }) : select.all()) as [id: number, found: number][];
    for (const [id, found] of rows) {
      rules.forEach((rule, i) => {
        if ((found & (1 << i)) !== 0 && raise(id, rule)) counts.set(rule.name, counts.get(rule.name)! + 1);
      });
    }
  };
  const isTold = (rule: RecordRule): boolean =>
    rule.needs === undefined || ledger.db.prepare(`SELECT 1 ${rule.needs} LIMIT 1`).get() !== undefined;
  for (const entity of new Set(all.map((rule) => rule.entity))) {
    const rules = all.filter((rule) => rule.entity === entity && isTold(rule));
    if (rules.length === 0) continue;
    if (someOnly) for (const { field, to } of joinsOf(rules)) noteReferring(ledger, entity, field, to);
    const staged = `"${entity}" e`;
    const from = someOnly ? `(${lookedAt}) a CROSS JOIN ${staged} ON e.id = a.id` : staged;
    apply(rules, recordSql(entity, rules, from));
  }
  for (const rule of uniqueRules) {
    if (!someOnly || isLookedAt(ledger, rule.entity)) apply([rule], uniqueSql(rule));
  }
  return counts;
}
