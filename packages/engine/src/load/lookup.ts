import type { Loader, SourceValue, TableSpec, TargetValue } from "@cutover/model";
import { comparable } from "./target-values.js";

export type TargetRow = Readonly<Record<string, SourceValue>>;
export type Key = Readonly<Record<string, TargetValue>>;

/** Keys a query: bounded, so that no driver's limit of parameters is met. */
const chunk = 1000;

/** A key of a table as text: the same for the key that was asked for and for the row that has it. */
export const keyText = (
  table: TableSpec,
  columns: readonly string[],
  row: Readonly<Record<string, SourceValue | TargetValue>>,
): string =>
  columns
    .map(
      (name) => comparable(row[name] ?? null, table.columns.find((c) => c.name === name)?.type) ?? "\u0000",
    )
    .join("\u001f");

/**
 * Rows of a table by key, many at once. The answer is asked by `keyText`; a target that compares without
 * regard to case may give rows nobody asked for, and these are then not found by anybody.
 */
export async function findRows(
  loader: Loader,
  table: TableSpec,
  by: readonly string[],
  keys: readonly Key[],
  columns: readonly string[],
): Promise<ReadonlyMap<string, TargetRow>> {
  const found = new Map<string, TargetRow>();
  const distinct = new Map(keys.map((key) => [keyText(table, by, key), by.map((name) => key[name] ?? null)]));
  const asked = [...distinct.values()];
  const wanted = [...new Set([...by, ...columns])];
  for (let i = 0; i < asked.length; i += chunk) {
    for (const row of await loader.find(table, by, asked.slice(i, i + chunk), wanted)) {
      found.set(keyText(table, by, row), row);
    }
  }
  return found;
}
