import { hash } from "node:crypto";
import { emptyRecord, entities } from "./entities.js";
import type { CanonicalRecord, CanonicalValue, EntityName, Kind } from "./kinds.js";

const structured: ReadonlySet<Kind> = new Set(["list", "refs", "credits", "map"]);

/** Whether a kind is kept as JSON text. */
export const isStructured = (kind: Kind): boolean => structured.has(kind);

/** JSON with object keys sorted, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = value as Readonly<Record<string, unknown>>;
    // The plain order of JavaScript's sort is that of code units, as everywhere in the ledger.
    const parts = Object.keys(members)
      .toSorted()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(members[key])}`);
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

/** A function that decodes what SQLite keeps of a kind; null where it is kept as it is. */
export const columnDecoder = (kind: Kind): ((stored: unknown) => CanonicalValue) | null =>
  structured.has(kind) || kind === "boolean" ? (stored) => decodeValue(kind, stored) : null;

const kindsOf = Object.fromEntries(
  Object.entries(entities).map(([name, { fields }]) => [
    name,
    Object.entries(fields).map(([field, { kind }]) => ({ field, kind })),
  ]),
) as unknown as Readonly<Record<EntityName, readonly { readonly field: string; readonly kind: Kind }[]>>;

/** A record as a row of SQLite values, in the order of `fieldNames`. */
export function encodeRecord(entity: EntityName, record: CanonicalRecord): (string | number | null)[] {
  const row: (string | number | null)[] = [];
  for (const { field, kind } of kindsOf[entity]) {
    const value = record[field] ?? null;
    row.push(typeof value === "string" ? value : encodeValue(kind, value));
  }
  return row;
}

/** The record of such a row. */
export function decodeRecord(entity: EntityName, row: readonly unknown[]): CanonicalRecord {
  const record: Record<string, CanonicalValue> = {};
  let at = 0;
  for (const { field, kind } of kindsOf[entity]) {
    const stored = row[at++];
    record[field] = stored === null ? null : decodeValue(kind, stored);
  }
  return record;
}

/** A function that makes records of rows that hold the values of some fields alone, from place `from` on. */
export function recordDecoder(
  entity: EntityName,
  fields: readonly string[],
  from: number,
): (row: readonly unknown[]) => CanonicalRecord {
  const empty = emptyRecord(entity);
  const kinds = kindsOf[entity].filter(({ field }) => fields.includes(field));
  const places = kinds.map(({ field }) => from + fields.indexOf(field));
  return (row) => {
    const record: Record<string, CanonicalValue> = { ...empty };
    for (let i = 0; i < kinds.length; i += 1) {
      const stored = row[places[i]!];
      if (stored === null) continue;
      const { field, kind } = kinds[i]!;
      record[field] =
        typeof stored === "string" && !structured.has(kind) ? stored : decodeValue(kind, stored);
    }
    return record;
  };
}

/** One of the records whose values are given field by field. */
export function recordAt(
  entity: EntityName,
  fields: readonly string[],
  values: readonly (readonly CanonicalValue[])[],
  place: number,
): CanonicalRecord {
  const record: Record<string, CanonicalValue> = emptyRecord(entity);
  for (let i = 0; i < fields.length; i += 1) record[fields[i]!] = values[i]![place]!;
  return record;
}

/** Bytes of a content hash: enough to tell a billion records apart. */
export const hashBytes = 16;

/** The first 16 bytes of SHA-256, in hexadecimal. */
export const hash16Hex = (input: string): string => hash("sha256", input, "hex").slice(0, hashBytes * 2);

/** The same bytes as a text of a character a byte: the cheapest way to them. */
const hash16Text = (input: string): string => hash("sha256", input, "binary").slice(0, hashBytes);

/** The same as the ledger keeps it. */
export function hash16(input: string): Buffer {
  // Small buffers are cut from Node's pool.
  const bytes = Buffer.allocUnsafe(hashBytes);
  bytes.write(hash16Text(input), "latin1");
  return bytes;
}

/** Hashes that are written into a buffer at once: each by itself, that takes longer than half a hash. */
const hashesAtOnce = 100;

/** The same of so many texts, one after the other. */
export function hashes16(count: number, textOf: (place: number) => string): Buffer<ArrayBuffer> {
  // Of its own, not cut from Node's pool, which would go to another thread whole.
  const hashes = Buffer.allocUnsafeSlow(count * hashBytes);
  for (let first = 0; first < count; first += hashesAtOnce) {
    const end = Math.min(first + hashesAtOnce, count);
    let bytes = "";
    for (let place = first; place < end; place += 1) bytes += hash16Text(textOf(place));
    hashes.write(bytes, first * hashBytes, "latin1");
  }
  return hashes;
}

type Stored = string | number | bigint | Uint8Array | null;

/** What stands between two values of a row that is hashed, and for one that is absent. */
export const hashed = { between: "\u001f", absent: "\u0000" } as const;

/** A value that is not absent in the text that is hashed: a text is no number. */
export const hashedValue = (value: string | number | bigint | Uint8Array): string =>
  typeof value === "string" ? `s${value}` : `n${value.toString()}`;

/** The content hash of a row of SQLite values, as the ledger keeps it. */
export const hashRow = (row: readonly Stored[]): Buffer =>
  hash16(row.map((value) => (value === null ? hashed.absent : hashedValue(value))).join(hashed.between));

/** Whether two canonical values are the same. */
export const sameValue = (a: CanonicalValue, b: CanonicalValue): boolean =>
  a === b || (typeof a === "object" && typeof b === "object" && canonicalJson(a) === canonicalJson(b));

/** Whether an object has these keys, in this order; those before place `from` are left out of account. */
export function hasKeys(object: object, names: readonly string[], from = 0): boolean {
  let at = from;
  for (const name in object) if (names[at++] !== name) return false;
  return at === names.length;
}
