import type { Column, ColumnType } from "@cutover/model";
import { column } from "./values.js";

/** A column that only one medium has, and pairs of what is put there and what is found there. */
export const native = <Pair extends readonly [unknown, unknown]>(
  declared: string,
  type: ColumnType,
  ...values: readonly Pair[]
): { readonly declared: string; readonly column: Column; readonly values: readonly Pair[] } => ({
  declared,
  column: column("c", type),
  values,
});
