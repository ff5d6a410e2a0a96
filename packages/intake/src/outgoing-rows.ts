import { mappingsOf, type Ledger } from "@cutover/ledger";
import type { Outgoing } from "@cutover/mapping";
import { entities, fieldNames, recordDecoder, type EntityName } from "@cutover/model";
import { leadFinder, listResolver } from "./leads.js";

/** Fields of a kind that refer to other records, and the entity of those. */
export const referring = (
  entity: EntityName,
  kind: "ref" | "refs",
): readonly { readonly name: string; readonly to: EntityName }[] =>
  fieldNames(entity).flatMap((name) => {
    const field = entities[entity].fields[name]!;
    return field.kind === kind ? [{ name, to: field.entity! }] : [];
  });

/** The columns of a staged row that records on their way out are made of. */
export const outgoingColumns = (entity: EntityName, fields: readonly string[]): readonly string[] => [
  ...fields.map((name) => `e."${name}"`),
  ...referring(entity, "ref").map(({ name }) => `e."${name}Id"`),
];

/**
 * A function that makes records on their way out of rows that have the id of their mapping at place 1 and
 * `outgoingColumns` from place `from` on. Where single references lead is noted in `leadsTo`, if given.
 */
export function outgoingDecoder(
  ledger: Ledger,
  entity: EntityName,
  fields: readonly string[],
  from: number,
  follow = leadFinder(ledger, entity),
): (row: readonly unknown[], leadsTo?: Record<string, number | null>) => Outgoing {
  const decode = recordDecoder(entity, fields, from);
  const refs = referring(entity, "ref");
  const lists = referring(entity, "refs").filter(({ name }) => fields.includes(name));
  const resolve = listResolver(ledger);
  const sides = new Map(mappingsOf(ledger).map(({ id, side }) => [id, side]));
  const firstRef = from + fields.length;
  return (row, leadsTo) => {
    const record = decode(row);
    const targetKeys: Record<string, string | readonly string[] | null> = {};
    for (let i = 0; i < refs.length; i += 1) {
      const { name, to } = refs[i]!;
      const id = row[firstRef + i] as number | null;
      const lead = id === null ? null : follow(to, id);
      targetKeys[name] = lead === null ? null : lead.targetKey;
      if (leadsTo !== undefined) leadsTo[name] = lead === null ? null : lead.canonical;
    }
    for (const { name, to } of lists) {
      const keys = record[name] as readonly string[] | null;
      targetKeys[name] = keys === null ? null : resolve(sides.get(row[1] as number)!, to, keys);
    }
    return { record, targetKeys };
  };
}
