import type { Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import { recordRules, uniqueRules, type RecordRule, type UniqueRule } from "./rules.js";
import { live } from "./rule-sql.js";

/** What an issue of a rule carries besides the record. */
const columns = (rule: RecordRule | UniqueRule): string =>
  `'${rule.code}', '${rule.severity}', 'check', '${rule.field}', @note`;

/** Where the mapping has already flagged the field, the rule would only say it again. */
const notYetFlagged = `NOT EXISTS (
  SELECT 1 FROM issue i WHERE i.record = e.id AND i.severity = 'flag' AND i.stage IN ('extract', 'map')
    AND i.field = @field
)`;

/** What records of an entity can be checked against. */
const joins: Partial<Readonly<Record<EntityName, string>>> = {
  completion: `LEFT JOIN "user" u ON u.id = e."userId"`,
  award: `LEFT JOIN "user" u ON u.id = e."userId"
    LEFT JOIN "certification" c ON c.id = e."certificationId"`,
};

const recordSql = (rule: RecordRule): string =>
  `INSERT INTO issue (record, code, severity, stage, field, note)
   SELECT e.id, ${columns(rule)}
   FROM "${rule.entity}" e JOIN record r ON r.id = e.id ${joins[rule.entity] ?? ""}
   WHERE (${rule.when}) AND ${live} AND ${notYetFlagged} ORDER BY e.id`;

const uniqueSql = (rule: UniqueRule): string => {
  const among = `${live} AND (${rule.among ?? "1"})`;
  const from = `FROM "${rule.entity}" e JOIN record r ON r.id = e.id JOIN mapping m ON m.id = r.mapping`;
  return `WITH shared AS MATERIALIZED (
     SELECT m.side AS side, ${rule.value} AS value ${from}
     WHERE ${among} AND e."${rule.field}" IS NOT NULL GROUP BY 1, 2 HAVING COUNT(*) > 1
   )
   INSERT INTO issue (record, code, severity, stage, field, note)
   SELECT e.id, ${columns(rule)} ${from}
   WHERE (m.side, ${rule.value}) IN (SELECT side, value FROM shared) AND ${among} AND ${notYetFlagged}
   ORDER BY e.id`;
};

/** Applies every rule; returns how many issues each one raised. */
export function applyRules(ledger: Ledger, now: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const apply = (rule: RecordRule | UniqueRule, sql: string): void => {
    const { changes } = ledger.db
      .prepare(sql)
      .run({ field: rule.field, note: `${rule.name}: ${rule.because}`, now });
    counts.set(rule.name, changes);
  };
  for (const rule of recordRules) apply(rule, recordSql(rule));
  for (const rule of uniqueRules) apply(rule, uniqueSql(rule));
  return counts;
}
