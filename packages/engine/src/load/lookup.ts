import { keyText, type Key } from "@cutover/intake";
import type { OutRow } from "@cutover/mapping";
import type { TableSpec } from "@cutover/model";

export { findRows, keyText, type Key, type TargetRow } from "@cutover/intake";

/** A row's natural key, where it has one: absent values alone tell nothing apart. */
export const naturalKey = ({ find }: OutRow): Key | null =>
  find !== null && Object.values(find).some((value) => value !== null) ? find : null;

/** The name of a row that several records share: its table and natural key. */
export const sharedKey = (table: TableSpec, find: Key): string =>
  `${table.name}\u001f${Object.keys(find).join(",")}\u001f${keyText(table, Object.keys(find), find)}`;
