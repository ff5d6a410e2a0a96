import { canonicalJson, entities, type CanonicalValue, type EntityName } from "@cutover/model";

/** The moment whose year a control total groups an entity's records by. */
const yearOf: Readonly<Partial<Record<EntityName, string>>> = {
  user: "createdAt",
  course: "createdAt",
  certification: "createdAt",
  enrollment: "enrolledAt",
  completion: "completedAt",
  award: "issuedAt",
};

/**
 * The canonical field a grouping column tells of; null where a record alone does not tell it. A reference
 * is told by the key of what it refers to.
 */
export function fieldOfGrouping(entity: EntityName, name: string): string | null {
  if (name === "year") return yearOf[entity] ?? null;
  return entities[entity].fields[name] === undefined ? null : name;
}

/** A value as a database's plain query would tell it. */
export const textOf = (value: Exclude<CanonicalValue, null>): string =>
  typeof value === "object" ? canonicalJson(value) : String(value);

/** A value of the field of a grouping column, in that column. */
export const groupedText = (name: string, value: CanonicalValue): string | null =>
  value === null ? null : name === "year" ? textOf(value).slice(0, 4) : textOf(value);

export interface Measure {
  readonly kind: "count" | "sum" | "first" | "last";
  /** Null for `count`. */
  readonly field: string | null;
}

/** `sum_score` as what it is; null where it is no measure of the entity. */
export function parseMeasure(entity: EntityName, name: string): Measure | null {
  if (name === "count") return { kind: "count", field: null };
  const [, kind, field] = /^(sum|first|last)_(.+)$/.exec(name) ?? [];
  if (field === undefined || entities[entity].fields[field] === undefined) return null;
  return { kind: kind as "sum" | "first" | "last", field };
}

const digits = 5;
const scale = 10n ** BigInt(digits);

/** A decimal as a whole number of 1/100 000: sums of floats are no control totals. */
export function toScaled(text: string | null): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text ?? "0");
  if (match === null) return 0n;
  const [, sign, whole, fraction = ""] = match;
  const value = BigInt(whole!) * scale + BigInt(fraction.slice(0, digits).padEnd(digits, "0"));
  return sign === "-" ? -value : value;
}

/** The same as a plain number, of texts that are so short that it is exact; null for others. */
export function shortScaled(text: string): number | null {
  const point = text.indexOf(".");
  if (text.length > 12 || (point >= 0 && text.length - point - 1 > digits)) return null;
  const value = Math.round(Number(text) * 10 ** digits);
  return Math.abs(value) < 1e15 ? value : null;
}

/** The shortest text of such a number. */
export function fromScaled(value: bigint): string {
  const absolute = value < 0n ? -value : value;
  const fraction = (absolute % scale).toString().padStart(digits, "0").replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${absolute / scale}${fraction === "" ? "" : `.${fraction}`}`;
}
