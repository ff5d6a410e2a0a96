import type { Ledger } from "@cutover/ledger";
import { entities, type EntityName } from "@cutover/model";
import type { MatchKey } from "../policy.js";

/** A field of a staged record as a part of a key, in SQL: references by the record they lead to after merges. */
export const stagedPart = (entity: EntityName, field: string): string =>
  entities[entity].fields[field]?.kind === "ref"
    ? `(SELECT x.canonical FROM crosswalk x WHERE x.record = e."${field}Id")`
    : `e."${field}"`;

/** Fills `temp.seeker` or `temp.sought` with the keys of staged records that `where` (over `r`, `m`) lets in. */
export function insertStagedKeys(
  db: Ledger["db"],
  into: "seeker" | "sought",
  entity: EntityName,
  keys: readonly MatchKey[],
  where: string,
): void {
  keys.forEach((key, no) => {
    const parts = [...key.fields, ...(key.optional ?? [])].map((field) => stagedPart(entity, field));
    const unless = (key.unless ?? []).map((field) => ` AND e."${field}" IS NULL`).join("");
    db.exec(`
      INSERT INTO temp.${into} (id, no, value)
      SELECT id, ${no}, value FROM (
        SELECT coalesce(r.canonical, r.id) AS id, match_key(${key.fields.length}, ${parts.join(", ")}) AS value
        FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
        JOIN mapping m ON m.id = r.mapping
        WHERE r.gone IS NULL AND ${where}${unless}
      ) WHERE value IS NOT NULL`);
  });
}
