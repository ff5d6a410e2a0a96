import { encodeValue, entities, rowHash, type CanonicalRecord, type EntityName } from "@cutover/model";

type Stored = string | number | null;

/** Canonical records field by field, as SQLite keeps them, with their content hashes. */
export interface Columns {
  /** Fields that one of the records has a value of at least, and all records' values. */
  readonly columns: readonly { readonly field: string; readonly values: readonly Stored[] }[];
  /** 16 bytes a record; zeros where there is no canonical form. */
  readonly hashes: Uint8Array;
}

const hashBytes = 16;

/** The content hash of one record. */
export const hashAt = ({ buffer, byteOffset }: Uint8Array, place: number): Buffer =>
  Buffer.from(buffer, byteOffset + place * hashBytes, hashBytes);

/** Encodes records of an entity one by one. */
export class RecordColumns {
  readonly #fields;
  readonly #columns: (Stored[] | null)[];
  readonly #hashes: Buffer;
  #count = 0;

  /** `most`: how many records it will be given at most. */
  constructor(entity: EntityName, most: number) {
    this.#fields = Object.entries(entities[entity].fields).map(([name, { kind }]) => ({ name, kind }));
    this.#columns = this.#fields.map(() => null);
    this.#hashes = Buffer.alloc(most * hashBytes);
  }

  /** Null stands for a record without a canonical form. */
  add(record: CanonicalRecord | null): void {
    if (record === null) {
      for (const column of this.#columns) column?.push(null);
    } else {
      this.#encode(record);
    }
    this.#count += 1;
  }

  done(): Columns {
    return {
      columns: this.#columns.flatMap((values, i) =>
        values === null ? [] : [{ field: this.#fields[i]!.name, values }],
      ),
      hashes: this.#hashes.subarray(0, this.#count * hashBytes),
    };
  }

  #encode(record: CanonicalRecord): void {
    const row: Stored[] = [];
    for (let i = 0; i < this.#fields.length; i += 1) {
      const { name, kind } = this.#fields[i]!;
      const value = record[name] ?? null;
      const encoded = typeof value === "string" ? value : encodeValue(kind, value);
      row.push(encoded);
      const column = this.#columns[i];
      if (column !== null) column!.push(encoded);
      else if (encoded !== null) (this.#columns[i] = nulls(this.#count)).push(encoded);
    }
    this.#hashes.write(rowHash(row), this.#count * hashBytes, "hex");
  }
}

function nulls(count: number): Stored[] {
  const values: null[] = [];
  for (let i = 0; i < count; i += 1) values.push(null);
  return values;
}
