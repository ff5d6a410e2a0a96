import { issueWriter, sourceMappings, markFlagged, type Ledger, type MappingRow } from "@cutover/ledger";
import { entities, entityNames, fieldNames, type EntityName } from "@cutover/model";
import { softReferences } from "./rules.js";
import { live } from "./rule-sql.js";

interface Reference {
  readonly entity: EntityName;
  readonly field: string;
  readonly to: EntityName;
  readonly severity: "flag" | "warning";
}

const referencesOf = (entity: EntityName, kind: "ref" | "refs"): readonly Reference[] =>
  fieldNames(entity).flatMap((name) => {
    const field = entities[entity].fields[name]!;
    if (field.kind !== kind) return [];
    const severity = softReferences.has(`${entity}.${name}`) ? "warning" : "flag";
    return [{ entity, field: name, to: field.entity!, severity }] as const;
  });

const idsOf = (mappings: readonly MappingRow[], side: number, entity: EntityName): string =>
  mappings
    .filter((m) => m.side === side && m.entity === entity)
    .map((m) => m.id)
    .join(", ");

/** The record a key means: one that is left out or that lives on in another only where there is no better. */
const target = (mappings: string, key: string): string =>
  mappings === ""
    ? "NULL"
    : `(SELECT t.id FROM record t WHERE t.mapping IN (${mappings}) AND t.key = ${key}
          AND t.extraction = (SELECT id FROM extraction)
        ORDER BY t.disposition IS 'excluded', t.disposition IS 'merged', t.mapping, t.occurrence LIMIT 1)`;

/** Fills the `<field>Id` columns: a key means a record of the same side. */
export function resolveReferences(ledger: Ledger): void {
  const mappings = sourceMappings(ledger);
  for (const side of new Set(mappings.map((m) => m.side))) {
    for (const entity of entityNames) {
      const references = referencesOf(entity, "ref");
      const own = idsOf(mappings, side, entity);
      if (references.length === 0 || own === "") continue;
      const sets = references.map(
        ({ field, to }) => `"${field}Id" = ${target(idsOf(mappings, side, to), `"${entity}"."${field}"`)}`,
      );
      ledger.db
        .prepare(
          // The scan stays in the order of ids: it is the order of the rows on disk.
          `UPDATE "${entity}" SET ${sets.join(", ")}
           WHERE (SELECT r.mapping FROM record r WHERE r.id = "${entity}".id) IN (${own})`,
        )
        .run();
    }
  }
}

/** Raises an issue where a reference leads to nothing that was read. */
export function findBroken(ledger: Ledger): number {
  let found = 0;
  for (const { entity, field, to, severity } of entityNames.flatMap((e) => referencesOf(e, "ref"))) {
    found += ledger.db
      .prepare(
        `INSERT INTO issue (record, code, severity, stage, field, note)
         SELECT e.id, 'broken-reference', '${severity}', 'check', '${field}', 'no such ${to} was read'
         FROM "${entity}" e JOIN record r ON r.id = e.id
         WHERE e."${field}" IS NOT NULL AND e."${field}Id" IS NULL AND ${live} ORDER BY e.id`,
      )
      .run().changes;
  }
  return found + findBrokenLists(ledger);
}

/** The same for lists of references, which have no column of their own. */
function findBrokenLists(ledger: Ledger): number {
  let found = 0;
  for (const { entity, field, to, severity } of entityNames.flatMap((e) => referencesOf(e, "refs"))) {
    found += ledger.db
      .prepare(
        `INSERT INTO issue (record, code, severity, stage, field, note)
         SELECT DISTINCT e.id, 'broken-reference', '${severity}', 'check', '${field}', 'no such ${to} was read'
         FROM "${entity}" e JOIN record r ON r.id = e.id JOIN mapping m ON m.id = r.mapping, json_each(e."${field}") item
         WHERE e."${field}" IS NOT NULL AND ${live} AND NOT EXISTS (
           SELECT 1 FROM mapping tm JOIN record t ON t.mapping = tm.id AND t.key = item.value
           WHERE tm.side = m.side AND tm.direction = 'inbound' AND tm.entity = '${to}'
             AND t.extraction = (SELECT id FROM extraction)
         ) ORDER BY e.id`,
      )
      .run().changes;
  }
  return found;
}

/**
 * Raises `dependent` where a reference leads to a record that will not be in the target, and names that
 * record as the root: one flagged person is one flag to decide, however many records hang on it. Run it
 * again when matching has flagged or excluded more. Returns how many records it flagged.
 */
export function flagDependents(ledger: Ledger): number {
  return ledger.transaction(() => {
    ledger.db.prepare("DELETE FROM issue WHERE code = 'dependent' AND stage = 'check'").run();
    const add = issueWriter(ledger);
    for (const { entity, field, to, severity } of entityNames.flatMap((e) => referencesOf(e, "ref"))) {
      const rows = ledger.db
        .prepare(
          // Few records are held back: what refers to them is found in one scan without a join.
          `WITH held AS MATERIALIZED (
             SELECT id, id AS root, disposition FROM record
             WHERE disposition IN ('flagged', 'excluded') AND extraction = (SELECT id FROM extraction)
             UNION ALL
             SELECT w.id, t.id, t.disposition FROM record w JOIN record t ON t.id = w.canonical
             WHERE w.canonical IS NOT NULL AND t.disposition IN ('flagged', 'excluded')
           )
           SELECT e.id AS record, h.root, h.disposition FROM "${entity}" e
           CROSS JOIN held h ON h.id = e."${field}Id"
           JOIN record r ON r.id = e.id
           WHERE ${live} AND NOT EXISTS (
             SELECT 1 FROM issue i
             WHERE i.record = e.id AND i.code = 'circular-reference' AND i.field = '${field}'
           ) ORDER BY e.id`,
        )
        .all() as { readonly record: number; readonly root: number; readonly disposition: string }[];
      for (const { record, root, disposition } of rows) {
        add({
          record,
          code: "dependent",
          severity,
          stage: "check",
          field,
          note: `the ${to} it refers to is ${disposition}`,
          root,
        });
      }
    }
    return markFlagged(ledger);
  });
}
