import { hash } from "node:crypto";
import { entities } from "./entities.js";
import type { CanonicalRecord, CanonicalValue, EntityName, Kind } from "./kinds.js";

const structured: ReadonlySet<Kind> = new Set(["list", "refs", "credits", "map"]);

/** Whether a kind is kept as JSON text. */
export const isStructured = (kind: Kind): boolean => structured.has(kind);

/** JSON with object keys sorted, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const parts = Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
    return `{${parts.join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

/** A canonical value as SQLite keeps it. */
export function encodeValue(kind: Kind, value: CanonicalValue): string | number | null {
  if (value === null) return null;
  if (structured.has(kind)) return canonicalJson(value);
  if (kind === "boolean") return value ? 1 : 0;
  return value as string | number;
}

/** The canonical value of what SQLite keeps. */
export function decodeValue(kind: Kind, stored: unknown): CanonicalValue {
  if (stored === null || stored === undefined) return null;
  if (structured.has(kind)) return JSON.parse(stored as string) as CanonicalValue;
  if (kind === "boolean") return stored === 1;
  return stored as string | number;
}

const kindsOf = Object.fromEntries(
  Object.entries(entities).map(([name, { fields }]) => [
    name,
    Object.entries(fields).map(([field, { kind }]) => ({ field, kind })),
  ]),
) as unknown as Readonly<Record<EntityName, readonly { readonly field: string; readonly kind: Kind }[]>>;

/** A record as a row of SQLite values, in the order of `fieldNames`. */
export const encodeRecord = (entity: EntityName, record: CanonicalRecord): (string | number | null)[] =>
  kindsOf[entity].map(({ field, kind }) => encodeValue(kind, record[field] ?? null));

/** The record of such a row. */
export function decodeRecord(entity: EntityName, row: readonly unknown[]): CanonicalRecord {
  const record: Record<string, CanonicalValue> = {};
  kindsOf[entity].forEach(({ field, kind }, i) => {
    record[field] = decodeValue(kind, row[i]);
  });
  return record;
}

/** The first 16 bytes of SHA-256: enough to tell a billion records apart, and small in the ledger. */
export const hash16 = (input: string): Buffer => hash("sha256", input, "buffer").subarray(0, 16);

/** The content hash of a row of SQLite values. */
export const hashRow = (row: readonly (string | number | bigint | Uint8Array | null)[]): Buffer =>
  hash16(
    row
      .map((v) => (v === null ? "\u0000" : `${typeof v === "string" ? "s" : "n"}${v.toString()}`))
      .join("\u001f"),
  );

/** Whether two canonical values are the same. */
export const sameValue = (a: CanonicalValue, b: CanonicalValue): boolean =>
  a === b || (typeof a === "object" && typeof b === "object" && canonicalJson(a) === canonicalJson(b));
