import { issueWriter, sourceMappings, markFlagged, type Ledger, type MappingRow } from "@cutover/ledger";
import { entities, entityNames, fieldNames, singleReferences, type EntityName } from "@cutover/model";
import { anyVanished, lookedAt } from "./look-again.js";
import { softReferences, type RecordRule } from "./rules.js";
import { live } from "./rule-sql.js";

interface Reference {
  readonly entity: EntityName;
  readonly field: string;
  readonly to: EntityName;
  readonly severity: "flag" | "warning";
}

const severityOf = (entity: EntityName, field: string): Reference["severity"] =>
  softReferences.has(`${entity}.${field}`) ? "warning" : "flag";

const referencesOf = (entity: EntityName): readonly Reference[] =>
  singleReferences(entity).map(({ field, to }) => ({
    entity,
    field,
    to,
    severity: severityOf(entity, field),
  }));

const listsOf = (entity: EntityName): readonly Reference[] =>
  fieldNames(entity).flatMap((field) => {
    const { kind, entity: to } = entities[entity].fields[field]!;
    return kind === "refs" ? [{ entity, field, to: to!, severity: severityOf(entity, field) }] : [];
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
          AND t.gone IS NULL
        ORDER BY t.disposition IS 'excluded', t.disposition IS 'merged', t.mapping, t.at LIMIT 1)`;

/** Whether a reference has yet to be told where it leads: to one of several records, to one that is gone, or to nothing yet. */
function isOpen({ field, to }: Reference, side: number, vanished: boolean): string {
  const gone = `"${field}Id" IN (SELECT id FROM record WHERE gone IS NOT NULL)`;
  return `("${field}" IS NOT NULL AND ("${field}Id" IS NULL${vanished ? ` OR ${gone}` : ""}
    OR "${field}" IN (SELECT key FROM temp.repeated_key WHERE side = ${side} AND entity = '${to}')))`;
}

/**
 * Fills the `<field>Id` columns that staging could not fill, or not for good: a key means a record of the
 * same side, and of several with that key the best. Run it when repeated keys are settled. `someOnly`: where
 * nothing left the source, and no key is repeated, references of what is not looked at lead where they led.
 */
export function resolveReferences(ledger: Ledger, someOnly: boolean): void {
  const mappings = sourceMappings(ledger);
  const vanished =
    ledger.db.prepare("SELECT 1 FROM record INDEXED BY record_gone WHERE gone IS NOT NULL LIMIT 1").get() !==
    undefined;
  const isRepeated = ledger.db.prepare("SELECT 1 FROM temp.repeated_key LIMIT 1").get() !== undefined;
  const among = someOnly && !isRepeated && !anyVanished(ledger) ? ` AND id IN (${lookedAt})` : "";
  for (const side of new Set(mappings.map((m) => m.side))) {
    for (const entity of entityNames) {
      const references = referencesOf(entity);
      const own = idsOf(mappings, side, entity);
      if (references.length === 0 || own === "") continue;
      const sets = references.map(
        ({ field, to }) => `"${field}Id" = ${target(idsOf(mappings, side, to), `"${entity}"."${field}"`)}`,
      );
      ledger.db
        .prepare(
          `UPDATE "${entity}" SET ${sets.join(", ")}
           WHERE (${references.map((reference) => isOpen(reference, side, vanished)).join(" OR ")})
             AND (SELECT r.mapping FROM record r WHERE r.id = "${entity}".id) IN (${own})${among}`,
        )
        .run();
    }
  }
}

/** The rules of references that lead to nothing that was read. */
export const brokenReferences: readonly RecordRule[] = entityNames.flatMap((entity) =>
  referencesOf(entity).map(({ field, to, severity }) => ({
    name: "broken-reference",
    code: "broken-reference" as const,
    severity,
    entity,
    field,
    because: `no such ${to} was read`,
    when: `e."${field}" IS NOT NULL AND e."${field}Id" IS NULL`,
  })),
);

/** Raises an issue where a list of references, which has no column of its own, names what was not read. */
export function findBrokenLists(ledger: Ledger): number {
  let found = 0;
  for (const { entity, field, to, severity } of entityNames.flatMap(listsOf)) {
    found += ledger.db
      .prepare(
        `INSERT INTO issue (record, code, severity, stage, field, note)
         SELECT DISTINCT e.id, 'broken-reference', '${severity}', 'check', '${field}', 'no such ${to} was read'
         FROM "${entity}" e CROSS JOIN record r ON r.id = e.id JOIN mapping m ON m.id = r.mapping, json_each(e."${field}") item
         WHERE e."${field}" IS NOT NULL AND ${live} AND NOT EXISTS (
           SELECT 1 FROM mapping tm JOIN record t ON t.mapping = tm.id AND t.key = item.value
           WHERE tm.side = m.side AND tm.direction = 'inbound' AND tm.entity = '${to}'
             AND t.gone IS NULL
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
    // Few records are held back: what refers to them is found in one scan without a join.
    ledger.db.exec(`
      DROP TABLE IF EXISTS temp.held_back;
      CREATE TEMP TABLE held_back (id INTEGER PRIMARY KEY, root INTEGER NOT NULL, disposition TEXT NOT NULL, entity TEXT NOT NULL);
      INSERT INTO temp.held_back
        SELECT r.id, r.id, r.disposition, m.entity FROM record r JOIN mapping m ON m.id = r.mapping
        WHERE r.disposition IN ('flagged', 'excluded') AND r.gone IS NULL
        UNION ALL
        SELECT w.id, t.id, t.disposition, m.entity FROM record w JOIN record t ON t.id = w.canonical
        JOIN mapping m ON m.id = w.mapping
        WHERE w.canonical IS NOT NULL AND w.disposition = 'merged' AND t.disposition IN ('flagged', 'excluded')`);
    const isHeld = ledger.db.prepare("SELECT 1 FROM temp.held_back WHERE entity = ? LIMIT 1");
    for (const { entity, field, to, severity } of entityNames.flatMap(referencesOf)) {
      if (isHeld.get(to) === undefined) continue;
      const rows = ledger.db
        .prepare(
          `SELECT e.id AS record, h.root, h.disposition FROM "${entity}" e
           CROSS JOIN temp.held_back h ON h.id = e."${field}Id" AND h.entity = '${to}'
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
