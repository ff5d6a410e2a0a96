import {
  encodeValue,
  entities,
  fieldNames,
  hashBytes,
  hashed,
  hashedValue,
  hashes16,
  type CanonicalRecord,
  type CanonicalValue,
  type EntityName,
  type Kind,
} from "@cutover/model";

type Stored = string | number | null;

/** Canonical records field by field, as SQLite keeps them. */
export interface Columns {
  /** Fields that one of the records has a value of at least, in declared order, and all records' values. */
  readonly columns: readonly { readonly field: string; readonly values: readonly Stored[] }[];
}

/** The content hash of one record. */
export const hashAt = ({ buffer, byteOffset }: Uint8Array, place: number): Buffer =>
  Buffer.from(buffer, byteOffset + place * hashBytes, hashBytes);

/** The content hashes of so many records, one after the other. */
export function hashesOf(entity: EntityName, { columns }: Columns, count: number): Buffer {
  // What of the text that is hashed stands before a value: the fields that nobody fills, and what is between.
  const filled: { readonly before: string; readonly absent: string; readonly values: readonly Stored[] }[] =
    [];
  let after = "";
  fieldNames(entity).forEach((name, i) => {
    if (i > 0) after += hashed.between;
    const column = columns.find(({ field }) => field === name);
    if (column === undefined) {
      after += hashed.absent;
      return;
    }
    filled.push({ before: after, absent: after + hashed.absent, values: column.values });
    after = "";
  });
  return hashes16(count, (place) => {
    let text = "";
    for (let i = 0; i < filled.length; i += 1) {
      const { before, absent, values } = filled[i]!;
      const value = values[place]!;
      text += value === null ? absent : before + hashedValue(value);
    }
    return text + after;
  });
}

/** The values of a field as SQLite keeps them; null where there is none. */
function encoded(kind: Kind, values: readonly CanonicalValue[]): readonly Stored[] | null {
  let isFilled = false;
  let isStored = true;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (value === null) continue;
    isFilled = true;
    if (typeof value !== "string") isStored = false;
  }
  if (!isFilled) return null;
  return isStored
    ? (values as readonly (string | null)[])
    : values.map((value) => (typeof value === "string" ? value : encodeValue(kind, value)));
}

/** Records whose values are given field by field. */
export function columnsOf(
  entity: EntityName,
  fields: readonly string[],
  given: readonly (readonly CanonicalValue[])[],
): Columns {
  const columns = fieldNames(entity).flatMap((field) => {
    const place = fields.indexOf(field);
    const values = place < 0 ? null : encoded(entities[entity].fields[field]!.kind, given[place]!);
    return values === null ? [] : [{ field, values }];
  });
  return { columns };
}

/** Null stands for a record without a canonical form. */
export function columnsOfRecords(entity: EntityName, records: readonly (CanonicalRecord | null)[]): Columns {
  const fields = fieldNames(entity);
  const valuesOf = (field: string): CanonicalValue[] => records.map((record) => record?.[field] ?? null);
  return columnsOf(entity, fields, fields.map(valuesOf));
}
