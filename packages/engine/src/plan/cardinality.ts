import type { Ledger } from "@cutover/ledger";
import type { Cardinality } from "@cutover/mapping";
import { entities, type EntityName } from "@cutover/model";
import { stagedPart } from "../match/staged-keys.js";
import type { Outbound } from "../target.js";

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

function order(entity: EntityName, { field, order, values }: Cardinality["keep"][number]): string {
  const column = `e."${field}"`;
  if (values !== undefined) {
    // Values in brackets are equal in rank.
    const ranks = values.map((value): readonly string[] => [value].flat());
    const places = ranks
      .flatMap((rank, place) => rank.map((value) => `WHEN ${literal(value)} THEN ${place}`))
      .join(" ");
    return `CASE ${column} ${places} ELSE ${values.length} END`;
  }
  const value = entities[entity].fields[field]!.kind === "decimal" ? `CAST(${column} AS REAL)` : column;
  return `${column} IS NULL, ${value} ${order}`;
}

/**
 * Where the target keeps one record for each value of `by`, keeps the first in the declared order and
 * excludes the others by the rule's name. Ties go to the record that was read first. A record without
 * one of the values is none of many.
 */
export function keepOne(ledger: Ledger, entity: EntityName, { id, mapping }: Outbound): void {
  const { cardinality } = mapping;
  if (cardinality === null) return;
  const by = cardinality.by.map((field) => stagedPart(entity, field));
  const keep = [...cardinality.keep.map((k) => order(entity, k)), "e.id"];
  ledger.db
    .prepare(
      `UPDATE record SET disposition = 'excluded', reason = ? WHERE id IN (
         SELECT id FROM (
           SELECT e.id, ROW_NUMBER() OVER (PARTITION BY ${by.join(", ")} ORDER BY ${keep.join(", ")}) AS place
           FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
           WHERE r.gone IS NULL AND r.disposition IS NULL AND r.outbound = ?
             AND NOT EXISTS (SELECT 1 FROM open_flag f WHERE f.record = e.id)
             AND ${by.map((part) => `${part} IS NOT NULL`).join(" AND ")}
         ) WHERE place > 1
       )`,
    )
    .run(cardinality.rule, id);
}
