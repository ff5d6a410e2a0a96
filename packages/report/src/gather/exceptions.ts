import type { Database } from "better-sqlite3";
import { entities, entityNames, type EntityName } from "@cutover/model";
import type { ExceptionOf } from "../evidence.js";
import { told } from "./telling.js";

interface Row extends Omit<ExceptionOf, "what" | "settled"> {
  readonly record: number | null;
  readonly action: string | null;
  readonly by: string | null;
  readonly day: string | null;
  readonly because: string | null;
  readonly left: string | null;
}

/** A prepared query an entity, made when it is first asked for. */
function prepared<K>(make: (key: K) => ReturnType<Database["prepare"]>) {
  const made = new Map<K, ReturnType<Database["prepare"]>>();
  return (key: K): ReturnType<Database["prepare"]> => {
    const query = made.get(key) ?? make(key);
    made.set(key, query);
    return query;
  };
}

/** The staged value of a field, unless it is a credential or the record was never staged. */
function stagedValue(
  db: Database,
): (entity: EntityName, field: string | null, record: number) => string | null {
  const queries = prepared((name: `${EntityName}.${string}`) => {
    const [entity, field] = name.split(".");
    return db.prepare(`SELECT CAST("${field}" AS TEXT) FROM "${entity}" WHERE id = ?`).pluck();
  });
  return (entity, field, record) => {
    const declared = field === null ? undefined : entities[entity].fields[field];
    if (declared === undefined || declared.secret === true) return null;
    return (queries(`${entity}.${field}`).get(record) as string | null | undefined) ?? null;
  };
}

/** A record in a few words: as it was staged, or, where the source has none, as it was read back. */
function tellingOf(db: Database): (row: Row) => string | null {
  const staged = prepared((entity: EntityName) =>
    db.prepare(`SELECT ${told(entity)} FROM "${entity}" s WHERE id = ?`).pluck(),
  );
  const readBack = prepared((entity: EntityName) =>
    db.prepare(`SELECT ${told(entity, false)} FROM "after_${entity}" s WHERE key = ?`).pluck(),
  );
  return ({ entity, record, targetKey }) => {
    const text = record === null ? readBack(entity).get(targetKey ?? "") : staged(entity).get(record);
    return text === undefined || text === "" ? null : (text as string);
  };
}

/** Entities in their order, for ORDER BY. */
const entityOrder = `CASE m.entity ${entityNames.map((name, i) => `WHEN '${name}' THEN ${i}`).join(" ")} END`;

/** Flags that wait first, what only waits for another record after what has a problem of its own. */
const issues = `
  SELECT CASE WHEN i.severity = 'warning' THEN 'warning' WHEN o.id IS NULL THEN 'settled' ELSE 'flagged' END AS kind,
         m.entity AS entity, i.code AS code, m.name AS mapping, r.key AS key, p.file AS file, p.at AS at,
         i.field AS field, i.raw AS source, NULL AS expected, NULL AS target, c.targetKey AS targetKey,
         CASE WHEN root.id IS NULL THEN i.note ELSE coalesce(i.note || ': ', '') || rootOf.name || ' ' || root.key END AS note,
         r.id AS record, d.action AS action, d.by AS by, substr(d.at, 1, 10) AS day, d.because AS because,
         CASE WHEN r.disposition IN ('excluded', 'merged') THEN r.disposition || ': ' || coalesce(r.reason, '') END AS left
    FROM issue i JOIN record r ON r.id = i.record JOIN place p ON p.record = r.id JOIN mapping m ON m.id = r.mapping
    LEFT JOIN open_flag o ON o.id = i.id
    LEFT JOIN crosswalk c ON c.record = r.id
    LEFT JOIN record root ON root.id = i.root LEFT JOIN mapping rootOf ON rootOf.id = root.mapping
    LEFT JOIN decision d ON d.id = (SELECT max(id) FROM decision a WHERE a.record = i.record AND a.code = i.code AND a.field IS i.field)
   WHERE r.gone IS NULL
   ORDER BY CASE kind WHEN 'flagged' THEN 0 WHEN 'settled' THEN 1 ELSE 2 END, i.code = 'dependent', i.code, ${entityOrder}, m.id, r.at, i.id`;

const differences = `
  SELECT d.verdict AS kind, d.entity AS entity, NULL AS code, m.name AS mapping, r.key AS key, p.file AS file, p.at AS at,
         d.field AS field, d.source AS source, d.projected AS expected, d.target AS target, d.targetKey AS targetKey,
         d.rule AS note, d.record AS record, NULL AS action, NULL AS by, NULL AS day, NULL AS because, NULL AS left
    FROM difference d LEFT JOIN record r ON r.id = d.record LEFT JOIN place p ON p.record = d.record LEFT JOIN mapping m ON m.id = r.mapping
   WHERE d.reconciliation = @reconciliation AND d.verdict IN ('missing', 'unexpected', 'different')
   ORDER BY CASE d.verdict WHEN 'missing' THEN 0 WHEN 'different' THEN 1 ELSE 2 END, d.id`;

const settled = ({ kind, action, by, day, because, left }: Row): string | null =>
  kind === "settled" && left !== null && action === null
    ? left
    : action === null
      ? null
      : `${action} by ${by}, ${day}: ${because}`;

/** Every exception, the gravest first: what reconciliation found, then flags, then warnings. */
export function* exceptions(db: Database, reconciliation: number | null): Generator<ExceptionOf> {
  const staged = stagedValue(db);
  const what = tellingOf(db);
  const run = function* (sql: string, values: Record<string, number>): Generator<ExceptionOf> {
    for (const row of db.prepare(sql).iterate(values) as IterableIterator<Row>) {
      const secret = row.field !== null && entities[row.entity].fields[row.field]?.secret === true;
      const value = row.source ?? (row.record === null ? null : staged(row.entity, row.field, row.record));
      yield {
        kind: row.kind,
        entity: row.entity,
        code: row.code,
        mapping: row.mapping,
        key: row.key,
        file: row.file,
        at: row.at,
        what: what(row),
        field: row.field,
        source: secret ? null : value,
        expected: secret ? null : row.expected,
        target: secret ? null : row.target,
        targetKey: row.targetKey,
        note: row.note,
        settled: settled(row),
      };
    }
  };
  if (reconciliation !== null) yield* run(differences, { reconciliation });
  yield* run(issues, {});
}
