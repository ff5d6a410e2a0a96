import type { FindOptions, Loader, SourceValue, TableSpec, TargetValue } from "@cutover/model";
import { comparable, typesOf } from "./target-values.js";

export type TargetRow = Readonly<Record<string, SourceValue>>;
export type Key = Readonly<Record<string, TargetValue>>;

/** Keys a query: bounded, so that no driver's limit of parameters is met. */
const chunk = 1000;

/** A key of a table as text: the same for the key that was asked for and for the row that has it. */
export function keyText(
  table: TableSpec,
  columns: readonly string[],
  row: Readonly<Record<string, SourceValue | TargetValue>>,
): string {
  const types = typesOf(table);
  let text = "";
  for (const name of columns) text += `${comparable(row[name] ?? null, types.get(name)) ?? "\u0000"}\u001f`;
  return text;
}

/**
 * Rows of a table by key, many at once. The answer is asked by `keyText`; a target that compares without
 * regard to case may give rows nobody asked for, and these are then not found by anybody.
 */
export async function findRows(
  loader: Pick<Loader, "find">,
  table: TableSpec,
  by: readonly string[],
  keys: readonly Key[],
  columns: readonly string[],
  options: FindOptions = {},
): Promise<ReadonlyMap<string, TargetRow>> {
  const found = new Map<string, TargetRow>();
  const distinct = new Map(keys.map((key) => [keyText(table, by, key), by.map((name) => key[name] ?? null)]));
  const asked = [...distinct.values()];
  const wanted = [...new Set([...by, ...columns])];
  for (let i = 0; i < asked.length; i += chunk) {
    for (const row of await loader.find(table, by, asked.slice(i, i + chunk), wanted, options)) {
      found.set(keyText(table, by, row), row);
    }
  }
  return found;
}
