import { createGzip } from "node:zlib";
import { once } from "node:events";
import { isPlain } from "../export/cells.js";

/** Rows as the page carries them: compressed, in base64. */
export interface Packed {
  readonly count: number;
  readonly data: string;
}

/** Columns stand between tabs and rows between line ends; in a value they become spaces. */
const flat = (value: string): string =>
  isPlain(value) ? value : value.replace(/[\t\r\n]+/g, " ").toWellFormed();

/**
 * Packs rows as they come. Where they grow past `limit` characters, `finish` gives null: the page does
 * without them, and says where they are.
 */
export class Packer {
  readonly #zip = createGzip({ level: 7 });
  readonly #chunks: Buffer[] = [];
  readonly #limit: number;
  #bytes = 0;
  #count = 0;
  #lines: string[] = [];

  constructor(limit: number) {
    this.#limit = limit;
    this.#zip.on("data", (chunk: Buffer) => {
      this.#bytes += chunk.length;
      if (!this.isFull) this.#chunks.push(chunk);
    });
  }

  get isFull(): boolean {
    return (this.#bytes * 4) / 3 > this.#limit;
  }

  add(row: readonly string[]): void {
    if (this.isFull) return;
    this.#lines.push(row.map(flat).join("\t"));
    this.#count++;
    if (this.#lines.length < 1000) return;
    this.#write();
  }

  async finish(): Promise<Packed | null> {
    this.#write();
    this.#zip.end();
    await once(this.#zip, "end");
    return this.isFull ? null : { count: this.#count, data: Buffer.concat(this.#chunks).toString("base64") };
  }

  #write(): void {
    if (this.#lines.length > 0) this.#zip.write(`${this.#lines.join("\n")}\n`);
    this.#lines = [];
  }
}

/** Packs rows that are all there. */
export async function pack(rows: readonly (readonly string[])[]): Promise<Packed> {
  const packer = new Packer(Number.POSITIVE_INFINITY);
  for (const row of rows) packer.add(row);
  return (await packer.finish())!;
}
