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

/** Canonical records field by field, as SQLite keeps them, with their content hashes. */
export interface Columns {
  /** Fields that one of the records has a value of at least, and all records' values. */
  readonly columns: readonly { readonly field: string; readonly values: readonly Stored[] }[];
  /** 16 bytes a record; zeros where there is no canonical form. */
  readonly hashes: Uint8Array;
}

/** The content hash of one record. */
export const hashAt = ({ buffer, byteOffset }: Uint8Array, place: number): Buffer =>
  Buffer.from(buffer, byteOffset + place * hashBytes, hashBytes);

/** A field that records may have a value of. */
interface Filled {
  readonly name: string;
  readonly kind: Kind;
  /** Its place among the values. */
  readonly place: number;
  /** What of the text that is hashed comes before its value: the fields that nobody fills, and what stands between. */
  readonly before: string;
}

/** The fields in the order in which they are hashed, and what comes after the last of them. */
function layout(
  entity: EntityName,
  fields: readonly string[],
): { readonly filled: readonly Filled[]; readonly after: string } {
  const filled: Filled[] = [];
  let before = "";
  fieldNames(entity).forEach((name, i) => {
    if (i > 0) before += hashed.between;
    const place = fields.indexOf(name);
    if (place < 0) {
      before += hashed.absent;
      return;
    }
    filled.push({ name, kind: entities[entity].fields[name]!.kind, place, before });
    before = "";
  });
  return { filled, after: before };
}

/** Encodes records of an entity one by one. */
export class RecordColumns {
  readonly #fields: readonly string[];
  readonly #filled: readonly Filled[];
  readonly #after: string;
  readonly #columns: Stored[][];
  readonly #hasValue: boolean[];
  readonly #hashes: Buffer;
  #count = 0;

  /** `most`: how many records it will be given at most; `fields`: those that they may have values of. */
  constructor(entity: EntityName, most: number, fields: readonly string[] = fieldNames(entity)) {
    const { filled, after } = layout(entity, fields);
    this.#fields = fields;
    this.#filled = filled;
    this.#after = after;
    this.#columns = filled.map(() => []);
    this.#hasValue = filled.map(() => false);
    this.#hashes = Buffer.alloc(most * hashBytes);
  }

  /** Null stands for a record without a canonical form. */
  add(record: CanonicalRecord | null): void {
    if (record !== null) {
      this.addValues(this.#fields.map((name) => record[name] ?? null));
      return;
    }
    for (const column of this.#columns) column.push(null);
    this.#count += 1;
  }

  /** A record as the values of the fields, in their order. */
  addValues(given: readonly CanonicalValue[]): void {
    let text = "";
    for (let i = 0; i < this.#filled.length; i += 1) {
      const { kind, place, before } = this.#filled[i]!;
      const value = given[place]!;
      if (value === null) {
        text += before + hashed.absent;
        this.#columns[i]!.push(null);
        continue;
      }
      const encoded = typeof value === "string" ? value : encodeValue(kind, value)!;
      text += before + hashedValue(encoded);
      this.#columns[i]!.push(encoded);
      this.#hasValue[i] = true;
    }
    writeHash16(text + this.#after, this.#hashes, this.#count * hashBytes);
    this.#count += 1;
  }

  done(): Columns {
    return {
      columns: this.#filled.flatMap(({ name }, i) =>
        this.#hasValue[i]! ? [{ field: name, values: this.#columns[i]! }] : [],
      ),
      hashes: this.#hashes.subarray(0, this.#count * hashBytes),
    };
  }
}
