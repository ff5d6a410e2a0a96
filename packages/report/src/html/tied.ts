import type { TotalOf } from "../evidence.js";

/** How the two figures of one side of a control total stand: null where the side has none. */
export type Tie = "ties" | "differs" | "not comparable" | null;

const isNothing = (value: string | null): boolean => value === null || value === "0";

const agree = (a: string | null, b: string | null): boolean => a === b || (isNothing(a) && isNothing(b));

/** The raw target against what was there before and what was loaded. */
export function targetTie({ source, ledger, before, expected, after, ties }: TotalOf): Tie {
  if (isNothing(before) && isNothing(expected) && isNothing(after)) {
    return before === null && after === null ? null : "ties";
  }
  if (agree(expected, after)) return "ties";
  return ties === false && (expected !== null || agree(source, ledger)) ? "differs" : "not comparable";
}

/**
 * The raw source against the ledger. Where they disagree though the total as a whole is not found wrong,
 * records without a canonical form belong to the group too, and nothing is proved by it.
 */
export function sourceTie(total: TotalOf): Tie {
  const { source, ledger, ties } = total;
  if (source === null && ledger === null) return null;
  if (agree(source, ledger)) return "ties";
  return ties === false && targetTie(total) !== "differs" ? "differs" : "not comparable";
}

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
