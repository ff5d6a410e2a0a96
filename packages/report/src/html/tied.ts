import type { TotalOf } from "../evidence.js";

/** `sum_score` as a person says it. */
export const measureName = (measure: string): string =>
  measure
    .replace("_", " ")
    .replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);

/** `status completed, year 2024`. */
export const groupName = ({ grouping }: TotalOf): string =>
  Object.entries(grouping)
    .map(([name, value]) => `${name} ${value === "" ? "(none)" : value}`)
    .join(", ") || "all";

/** A figure to read: 1205355.6 as 1,205,355.6, an instant without its letters. */
export function figure(value: string | null): string {
  if (value === null) return "—";
  const [, sign = "", whole, fraction = ""] = /^(-?)(\d+)(\.\d+)?$/.exec(value) ?? [];
  if (whole !== undefined) return `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ",")}${fraction}`;
  return value.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z$/, "$1 $2");
}
