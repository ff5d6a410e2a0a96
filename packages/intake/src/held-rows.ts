import { createHash } from "node:crypto";
import type { ExtractSpec, SourceBatch, SourceValue } from "@cutover/model";
import type { IntakeOptions } from "./counts.js";
import { byExtract, readExtract } from "./read-extract.js";
import type { Side } from "./side.js";

/** Rows of an extract that follow one another, in one digest. */
export interface RowsRead {
  readonly rows: number;
  /** SHA-256 (hex) over the values as the medium gives them, before any mapping. */
  readonly digest: string;
}

/**
 * What a system held when all of it was read: of each extract the parts in which its rows were read, in their
 * order. Who reads the same rows again finds the same digests, and has nothing to look for.
 */
export type HeldRows = Readonly<Record<string, readonly RowsRead[]>>;

/** Text that tells kinds of values apart, and tells where it ends. */
function textOf(value: SourceValue): string {
  if (typeof value === "string") return `${value.length}:${value}`;
  if (value === null) return "-";
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString("base64")};`;
  return `${typeof value === "boolean" ? "t" : "n"}${String(value)};`;
}

/** Characters that are hashed at once: few, for all of them take two bytes each where one of them does. */
const atOnce = 8_192;

/** What stands before a text of so many characters. */
const lengths = Array.from({ length: 256 }, (_, length) => `${length}:`);

/** Makes the digest of rows while they are read. */
export class RowsDigest {
  #hash = createHash("sha256");
  #text = "";
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  take({ rows, rejected }: Pick<SourceBatch, "rows" | "rejected">): void {
    for (const row of rows) this.takeRow(row);
    for (const { at, code } of rejected) this.#text += `${at} ${code}\n`;
  }

  takeRow(row: readonly SourceValue[]): void {
    let text = this.#text;
    for (let i = 0; i < row.length; i += 1) {
      const value = row[i]!;
      if (typeof value !== "string" || value.length >= lengths.length) text += textOf(value);
      else {
        text += lengths[value.length]!;
        text += value;
      }
    }
    this.#text = `${text}\n`;
    this.#rows += 1;
    if (this.#text.length > atOnce) this.#flush();
  }

  /** The digest of what was taken; what comes then is the beginning of another one. */
  done(): RowsRead {
    this.#flush();
    const read = { rows: this.#rows, digest: this.#hash.digest("hex") };
    this.#hash = createHash("sha256");
    this.#rows = 0;
    return read;
  }

  #flush(): void {
    this.#hash.update(this.#text);
    this.#text = "";
  }
}

/** The digest of rows with their numbers, and the file they are from. */
export function pageDigest({ file, rows, at }: SourceBatch): string {
  const digest = new RowsDigest();
  const [first = 0, last = 0] = [at[0], at.at(-1)];
  const numbers = last - first === at.length - 1 ? [first] : at;
  digest.takeRow([file?.name ?? null, file?.before ?? null, numbers.join(" ")]);
  for (const row of rows) digest.takeRow(row);
  return digest.done().digest;
}

/** Rows that are read together where they are only looked at: few, so that they are gone before anybody has to look after them. */
export const readAtOnce = 1_000;

/** Thrown to end a reading that has told enough. */
const differs = Symbol("differs");

/** Whether an extract has the rows that it had when it was read in these parts. */
async function holdsStill(
  side: Side,
  extract: ExtractSpec,
  parts: readonly RowsRead[],
  options: IntakeOptions,
): Promise<boolean> {
  const digest = new RowsDigest();
  let at = 0;
  const endPart = (): void => {
    if (digest.done().digest !== parts[at]?.digest) throw differs;
    at += 1;
  };
  try {
    await readExtract(side, extract, { batchSize: readAtOnce, ...options }, ({ rows, rejected }) => {
      for (const row of rows) {
        while (digest.rows === parts[at]?.rows) endPart();
        digest.takeRow(row);
      }
      digest.take({ rows: [], rejected });
    });
    while (at < parts.length) endPart();
    return digest.rows === 0;
  } catch (thrown) {
    if (thrown !== differs) throw thrown;
    return false;
  }
}

/**
 * Whether a system holds the very rows that it held, as far as they are read of some entities. They are read
 * and neither mapped nor kept: that takes a fraction of what it takes to look at each record.
 */
export async function stillHolds(side: Side, held: HeldRows, options: IntakeOptions = {}): Promise<boolean> {
  for (const extract of byExtract(side.system, options.entities).keys()) {
    const parts = held[extract.name];
    if (parts === undefined || !(await holdsStill(side, extract, parts, options))) return false;
  }
  return true;
}
