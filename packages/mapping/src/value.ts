import type { Credit, Kind, SourceValue } from "@cutover/model";
import { decimalOfNumber } from "./decimal.js";

/** A value on its way through a pipeline: a source value, or what steps make of it. */
export type Value = SourceValue | readonly Value[] | readonly Credit[] | { readonly [name: string]: Value };

/** What is known of a value before any row is read: a canonical kind, or nothing. */
export type ValueKind = Kind | "any";

/** Exactly one of these is what a failed step gives: the issue is noted, and the pipeline ends with null. */
export const failed: unique symbol = Symbol("failed");
export type Failed = typeof failed;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A scalar as text, exactly: integers without exponent, decimals in shortest form. Null where it has no text. */
export function toText(value: Value): string | null {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return decimalOfNumber(value);
    case "bigint":
      return value.toString();
    case "boolean":
      return value ? "true" : "false";
    default:
      if (!(value instanceof Uint8Array)) return null;
      try {
        return utf8.decode(value);
      } catch {
        return null;
      }
  }
}

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** A map of names to values: neither null, nor a list, nor bytes. */
export const isMap = (value: Value): value is { readonly [name: string]: Value } =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
