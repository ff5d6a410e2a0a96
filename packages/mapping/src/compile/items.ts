import type { Item } from "../scope.js";
import { isList, isMap, type Value } from "../value.js";

/** What `each` goes through: a list's items, a map's members by name. */
export function itemsOf(value: Value): readonly Item[] {
  if (value === null) return [];
  if (isList(value)) return value.map((item, index) => ({ key: null, value: item, index }));
  if (!isMap(value)) return [];
  return Object.entries(value).map(([key, item], index) => ({ key, value: item, index }));
}
