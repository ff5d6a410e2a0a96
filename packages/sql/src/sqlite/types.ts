import type { ColumnType, SourceValue } from "@cutover/model";
import { narrowInteger } from "../integer.js";
import type { QueryParameter } from "../session.js";

const rules: readonly (readonly [RegExp, ColumnType])[] = [
  [/BOOL/i, "boolean"],
  [/INT/i, "integer"],
  [/CHAR|CLOB|TEXT/i, "text"],
  [/JSON/i, "json"],
  [/BLOB|BINARY/i, "bytes"],
  [/DEC|NUMERIC/i, "decimal"],
  [/REAL|FLOA|DOUB/i, "float"],
  [/DATETIME|TIME/i, "time"],
  [/DATE/i, "date"],
];

/** What a declared type means; SQLite lets it be anything, or nothing. */
export const typeOf = (declared: string | null): ColumnType =>
  rules.find(([pattern]) => pattern.test(declared ?? ""))?.[1] ?? "text";

/** The length of `varchar(100)`. */
export function lengthOf(declared: string | null): number | undefined {
  const match = /CHAR[^(]*\(\s*(\d+)/i.exec(declared ?? "");
  return match === null ? undefined : Number(match[1]);
}

/** The scale of `decimal(10,5)`. */
export function scaleOf(declared: string | null): number | undefined {
  const match = /(?:DEC|NUMERIC)[^(]*\(\s*\d+\s*(?:,\s*(\d+)\s*)?\)/i.exec(declared ?? "");
  return match === null ? undefined : Number(match[1] ?? 0);
}

/** A value as the driver gives it: every integer is a bigint there, so that none is rounded. */
export const fromDriver = (value: unknown): SourceValue =>
  typeof value === "bigint" ? narrowInteger(value) : (value as SourceValue);

/** A value as the driver takes it: it would store a whole number as REAL, and has no booleans. */
export function toDriver(value: QueryParameter): string | number | bigint | Uint8Array | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (value instanceof Uint8Array || value === null || typeof value !== "object") return value;
  throw new TypeError("the engine takes no arrays");
}
