import type { ColumnType, TargetValue } from "@cutover/model";
import { canonicalJson } from "@cutover/model";
import { canonicalDecimal, plainInteger, roundDecimal } from "../decimal.js";
import { toText, type Value } from "../value.js";

const integer = /^-?(?:0|[1-9]\d*)$/;

/**
 * A value as a column of a type holds it; undefined where the column cannot. Decimals are rounded to
 * the column's `scale`, as the database would.
 */
export function coerceToColumn(
  value: Value,
  type: ColumnType,
  scale: number | null = null,
): TargetValue | undefined {
  if (value === null) return null;
  switch (type) {
    case "integer":
      return toInteger(value);
    case "decimal": {
      const decimal = canonicalDecimal(toText(value) ?? "");
      if (decimal === null) return undefined;
      return scale === null ? decimal : roundDecimal(decimal, scale);
    }
    case "float": {
      const decimal = canonicalDecimal(toText(value) ?? "");
      return decimal === null ? undefined : Number(decimal);
    }
    case "boolean":
      if (typeof value === "boolean") return value;
      if (value === 1 || value === "1" || value === "true") return true;
      return value === 0 || value === "0" || value === "false" ? false : undefined;
    case "bytes":
      return value instanceof Uint8Array ? value : (toText(value) ?? undefined);
    case "json":
      return typeof value === "string" ? value : canonicalJson(value);
    default:
      return toText(value) ?? undefined;
  }
}

function toInteger(value: Value): number | bigint | undefined {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  const given = toText(value) ?? "";
  const plain = plainInteger(given);
  if (plain !== null) return plain;
  const text = canonicalDecimal(given);
  if (text === null || !integer.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}
