import type { Column } from "@cutover/model";
import type { Getter } from "../scope.js";
import { textFault } from "../text.js";

/**
 * Reads a column of a source row. An empty text is null. A text with control characters or broken
 * characters is flagged, and is no value: what it was meant to be is a person's answer.
 */
export function columnGetter(index: number, { name, type }: Column): Getter {
  if (type === "boolean") {
    return ({ row }) => {
      const value = row[index] ?? null;
      if (value === 1 || value === 0) return value === 1;
      return value === "" ? null : value;
    };
  }
  return (scope) => {
    const value = scope.row[index] ?? null;
    if (typeof value !== "string") return value;
    if (value === "") return null;
    const fault = textFault(value);
    return fault === null ? value : scope.fail(fault, `column ${name}`);
  };
}
