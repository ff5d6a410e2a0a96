import {
  encodeValue,
  entities,
  fieldNames,
  hashBytes,
  hashed,
  hashedValue,
  writeHash16,
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
  const filled: { readonly before: string; readonly values: readonly Stored[] }[] = [];
  let after = "";
  fieldNames(entity).forEach((name, i) => {
    if (i > 0) after += hashed.between;
    const column = columns.find(({ field }) => field === name);
    if (column === undefined) {
      after += hashed.absent;
      return;
    }
    filled.push({ before: after, values: column.values });
    after = "";
  });
  // Of its own, not cut from Node's pool, which would go to another thread whole.
  const hashes = Buffer.allocUnsafeSlow(count * hashBytes);
  for (let place = 0; place < count; place += 1) {
    let text = "";
    for (let i = 0; i < filled.length; i += 1) {
      const { before, values } = filled[i]!;
      const value = values[place]!;
      text += before + (value === null ? hashed.absent : hashedValue(value));
    }
    writeHash16(text + after, hashes, place * hashBytes);
  }
  return hashes;
}

/** A field that records may have a value of. */
interface Filled {
  readonly name: string;
  readonly kind: Kind;
  /** Its place among the values. */
  readonly place: number;
  readonly values: Stored[];
  isFilled: boolean;
}

/** Encodes records of an entity one by one. */
export class RecordColumns {
  readonly #fields: readonly string[];
  readonly #filled: readonly Filled[];

  /** `fields`: those that records may have values of. */
  constructor(entity: EntityName, fields: readonly string[] = fieldNames(entity)) {
    this.#fields = fields;
    this.#filled = fieldNames(entity).flatMap((name) => {
      const place = fields.indexOf(name);
      const { kind } = entities[entity].fields[name]!;
      return place < 0 ? [] : [{ name, kind, place, values: [], isFilled: false }];
    });
  }

  /** Null stands for a record without a canonical form. */
  add(record: CanonicalRecord | null): void {
    if (record === null) for (const { values } of this.#filled) values.push(null);
    else this.addValues(this.#fields.map((name) => record[name] ?? null));
  }

  /** A record as the values of the fields, in their order. */
  addValues(given: readonly CanonicalValue[]): void {
    for (let i = 0; i < this.#filled.length; i += 1) {
      const field = this.#filled[i]!;
      const value = given[field.place]!;
      if (value === null) {
        field.values.push(null);
        continue;
      }
      field.values.push(typeof value === "string" ? value : encodeValue(field.kind, value));
      field.isFilled = true;
    }
  }

  done(): Columns {
    return {
      columns: this.#filled.flatMap(({ name, values, isFilled }) =>
        isFilled ? [{ field: name, values }] : [],
      ),
    };
  }
}
