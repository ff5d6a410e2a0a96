import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Archive } from "./archive.js";
import { malformedWorkbook } from "./errors.js";
import { parseXml } from "./xml.js";

/** Characters of shared texts held in memory; those of a larger workbook go to a temporary database. */
const inMemory = 32 * 1024 * 1024;
/** What an empty text takes none the less, as characters. */
const overhead = 16;
/** A cell has 32,767 characters at most. */
const maxText = 8 * 1024 * 1024;

/** A workbook writes each control character, and an underscore that could be taken for one, as `_x000D_`. */
export const unescapeText = (text: string): string =>
  text.includes("_x")
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      )
    : text;

/** A workbook's shared texts, found by number. */
export class SharedStrings {
  readonly #limit: number;
  #texts: string[] = [];
  #stored = 0;
  #characters = 0;
  #spill: Spill | null = null;

  constructor(limit = inMemory) {
    this.#limit = limit;
  }

  add(text: string): void {
    this.#texts.push(text);
    this.#characters += text.length + overhead;
    if (this.#characters <= this.#limit) return;
    this.#spill ??= new Spill();
    this.#spill.add(this.#stored, this.#texts);
    this.#stored += this.#texts.length;
    this.#texts = [];
    this.#characters = 0;
  }

  get(index: number): string | undefined {
    return index < this.#stored ? this.#spill!.get(index) : this.#texts[index - this.#stored];
  }

  close(): void {
    this.#spill?.close();
  }
}

class Spill {
  readonly #folder = mkdtempSync(join(tmpdir(), "cutover-"));
  readonly #db = new Database(join(this.#folder, "strings.db"));
  readonly #select: Database.Statement<[number], { text: string }>;

  constructor() {
    this.#db.pragma("journal_mode = OFF");
    this.#db.pragma("synchronous = OFF");
    this.#db.exec("CREATE TABLE string (id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    this.#select = this.#db.prepare<[number], { text: string }>("SELECT text FROM string WHERE id = ?");
  }

  add(first: number, texts: readonly string[]): void {
    const insert = this.#db.prepare("INSERT INTO string VALUES (?, ?)");
    this.#db.transaction(() => {
      texts.forEach((text, i) => insert.run(first + i, text));
    })();
  }

  get(index: number): string | undefined {
    return this.#select.get(index)?.text;
  }

  close(): void {
    this.#db.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Reads the shared texts of a workbook; phonetic hints (`rPh`) are no part of them. */
export async function readStrings(archive: Archive, part: string, file: string): Promise<SharedStrings> {
  const strings = new SharedStrings();
  let text = "";
  let collecting = false;
  let phonetic = false;
  const handler = {
    open(name: string) {
      if (name === "si") text = "";
      else if (name === "t") collecting = !phonetic;
      else if (name === "rPh") phonetic = true;
    },
    text(value: string) {
      if (!collecting) return;
      text += value;
      if (text.length > maxText)
        throw malformedWorkbook(file, `its part ${part} has a text that is too long`);
    },
    close(name: string) {
      if (name === "t") collecting = false;
      else if (name === "rPh") phonetic = false;
      else if (name === "si") strings.add(unescapeText(text));
    },
  };
  try {
    for await (const _ of parseXml(archive, part, file, handler)) {
      // The handler has it.
    }
    return strings;
  } catch (error) {
    strings.close();
    throw error;
  }
}
