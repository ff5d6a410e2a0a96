import type { Key } from "@cutover/intake";
import type { OutRow } from "@cutover/mapping";

export { findRows, keyText, type Key, type TargetRow } from "@cutover/intake";

/** A row's natural key, where it has one: absent values alone tell nothing apart. */
export const naturalKey = ({ find }: OutRow): Key | null =>
  find !== null && Object.values(find).some((value) => value !== null) ? find : null;
