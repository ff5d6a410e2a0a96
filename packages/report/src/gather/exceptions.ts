import type { Database } from "better-sqlite3";
import { entities, type EntityName } from "@cutover/model";
import type { ExceptionOf } from "../evidence.js";

interface Row extends Omit<ExceptionOf, "source"> {
  readonly record: number;
  readonly source: string | null;
}

/** The staged value of a field, unless it is a credential or the record was never staged. */
function stagedValue(
  db: Database,
): (entity: EntityName, field: string | null, record: number) => string | null {
  const queries = new Map<string, ReturnType<Database["prepare"]>>();
  return (entity, field, record) => {
    const declared = field === null ? undefined : entities[entity].fields[field];
    if (declared === undefined || declared.secret) return null;
    const name = `${entity}.${field}`;
    let query = queries.get(name);
    if (query === undefined) {
      query = db.prepare(`SELECT CAST("${field}" AS TEXT) FROM "${entity}" WHERE id = ?`).pluck();
      queries.set(name, query);
    }
    return (query.get(record) as string | null | undefined) ?? null;
  };
}

const issues = (severity: "flag" | "warning"): string => `
  SELECT '${severity === "flag" ? "flagged" : "warning"}' AS kind, m.entity AS entity, m.name AS mapping, r.key AS key, r.at AS at,
         NULL AS targetKey, i.code AS code, i.field AS field, i.note AS note, r.id AS record, NULL AS source, NULL AS target
    FROM issue i JOIN record r ON r.id = i.record JOIN mapping m ON m.id = r.mapping
   WHERE i.severity = '${severity}' AND r.extraction = @extraction
   ORDER BY i.code, m.id, r.at, i.id`;

const differences = `
  SELECT d.verdict AS kind, d.entity AS entity, m.name AS mapping, r.key AS key, r.at AS at, d.targetKey AS targetKey,
         NULL AS code, d.field AS field, d.rule AS note, d.record AS record, d.source AS source, d.target AS target
    FROM difference d LEFT JOIN record r ON r.id = d.record LEFT JOIN mapping m ON m.id = r.mapping
   WHERE d.reconciliation = @reconciliation AND d.verdict IN ('missing', 'unexpected', 'different')
   ORDER BY CASE d.verdict WHEN 'missing' THEN 0 WHEN 'different' THEN 1 ELSE 2 END, d.id`;

/** Every exception, the gravest first: what reconciliation found, then flags, then warnings. */
export function* exceptions(
  db: Database,
  extraction: number,
  reconciliation: number | null,
): Generator<ExceptionOf> {
  const staged = stagedValue(db);
  const run = function* (sql: string, values: Record<string, number>): Generator<ExceptionOf> {
    for (const found of db.prepare(sql).iterate(values) as IterableIterator<Row>) {
      const { record, ...row } = found;
      const secret = row.field !== null && entities[row.entity].fields[row.field]?.secret === true;
      yield {
        ...row,
        source: secret
          ? null
          : (row.source ?? (record === null ? null : staged(row.entity, row.field, record))),
        target: secret ? null : row.target,
      };
    }
  };
  if (reconciliation !== null) yield* run(differences, { reconciliation });
  yield* run(issues("flag"), { extraction });
  yield* run(issues("warning"), { extraction });
}
