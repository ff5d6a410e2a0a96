import { canonicalJson, type SourceValue, type TableSpec, type TargetValue } from "@cutover/model";
import type { TargetContext } from "../contract.js";
import type { OutboundExampleDef, SystemDef } from "../definition.js";

type Row = Readonly<Record<string, TargetValue>>;

const same = (a: SourceValue | undefined, b: TargetValue): boolean =>
  (a ?? null) === b || String(a) === String(b);

/**
 * A target for one example, with nothing in it but the shared rows that the example says are there: ids count
 * from 1001, and reference tables hold the rows that were declared.
 */
export function exampleContext(
  system: SystemDef,
  example: Pick<OutboundExampleDef, "references" | "there">,
): TargetContext {
  const next = new Map<string, number>();
  const shared = new Map<string, Row>();
  const nameOf = (table: TableSpec, find: Row): string => `${table.name} ${canonicalJson(stringified(find))}`;
  return {
    nextId(table) {
      const id = next.get(table.name) ?? 1001;
      next.set(table.name, id + 1);
      return id;
    },
    reference(name, by) {
      const rows = example.references[name] ?? system.references.get(name)?.examples ?? [];
      return rows.filter((row) => Object.entries(by).every(([column, value]) => same(row[column], value)));
    },
    shared: (table, find) =>
      shared.get(nameOf(table, find)) ??
      (example.there[table.name] as readonly Row[] | undefined)?.find((row) =>
        Object.entries(find).every(([column, value]) => same(row[column] as SourceValue, value)),
      ) ??
      null,
    share: (table, find, row) => {
      shared.set(nameOf(table, find), row);
    },
  };
}

const stringified = (row: Row): Readonly<Record<string, string | null>> =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value === null ? null : String(value)]));
