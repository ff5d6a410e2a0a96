import { withoutLostReferences } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { entities, type EntityName } from "@cutover/model";
import type { SentOut } from "./computed.js";

/** A record without its lost references, and which these are. */
interface Without {
  readonly record: SentOut;
  readonly lost: readonly string[];
}

/**
 * A function that takes soft references out of records that lead to nothing the target will have. In the
 * first pass a reference to a record of the same entity may still find it: only one that is flagged or
 * left out is lost. In the second pass whatever has no target key is.
 */
export function dropLost(ledger: Ledger, entity: EntityName, pass: 1 | 2): (record: SentOut) => Without {
  const ends = new Map<string, (id: number) => unknown>();
  const endOf = (field: string, id: number): unknown => {
    let query = ends.get(field);
    if (query === undefined) {
      const statement = ledger.db
        .prepare(
          `SELECT t.disposition FROM "${entity}" e JOIN crosswalk c ON c.record = e."${field}Id"
           JOIN record t ON t.id = c.canonical WHERE e.id = ?`,
        )
        .pluck();
      query = (record) => statement.get(record);
      ends.set(field, query);
    }
    return query(id);
  };
  return (record) => {
    const { out, lost } = withoutLostReferences(entity, record.out, (field) => {
      if (pass === 2 || entities[entity].fields[field]!.entity !== entity) return true;
      return !["created", "updated", "unchanged"].includes(String(endOf(field, record.id)));
    });
    return lost.length === 0 ? { record, lost } : { record: { ...record, out }, lost };
  };
}
