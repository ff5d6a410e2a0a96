import type { FileExtract } from "../files/format.js";
import { malformedXml } from "./errors.js";
import { maxToken } from "./limits.js";
import { xmlSpec, type XmlSpec } from "./spec.js";
import { xmlText } from "./text.js";

/**
 * Counts a document's records by its tags alone, without a parser: comments, instructions and CDATA are
 * jumped over, and of all other tags only the depth counts, and the names on the way to the record.
 */
export async function countRecords(from: FileExtract): Promise<number> {
  const counter = new TagCounter(xmlSpec(from));
  const limit = maxToken(from.options.maxRecord);
  for await (const text of xmlText(from)) {
    counter.push(text);
    if (counter.held <= limit) continue;
    throw malformedXml(
      "a tag is longer than records may be",
      { file: from.file.name, line: counter.line },
      "Raise `maxRecord` if the file is meant to be like that.",
    );
  }
  counter.push("        ");
  return counter.records;
}

type Prefixes = Readonly<Record<string, string>>;

class TagCounter {
  records = 0;
  line = 1;
  readonly #spec: XmlSpec;
  #rest = "";
  /** What ends the piece of markup that is jumped over. */
  #until: string | null = null;
  #depth = 0;
  #matched = 0;
  /** What prefixes stand for, by depth on the way to the record. */
  readonly #prefixes: Prefixes[] = [{}];

  constructor(spec: XmlSpec) {
    this.#spec = spec;
  }

  /** Characters of an unfinished tag. */
  get held(): number {
    return this.#rest.length;
  }

  push(piece: string): void {
    const text = this.#rest + piece;
    let at = 0;
    for (;;) {
      if (this.#until !== null) {
        const end = text.indexOf(this.#until, at);
        if (end < 0) {
          at = Math.max(at, text.length - this.#until.length + 1);
          break;
        }
        at = end + this.#until.length;
        this.#until = null;
      }
      const open = text.indexOf("<", at);
      if (open < 0) {
        at = text.length;
        break;
      }
      at = open;
      // Enough to tell a comment from CDATA.
      if (text.length - open < 9) break;
      const sign = text.charCodeAt(open + 1);
      if (sign === bang) {
        this.#until = text.startsWith("--", open + 2)
          ? "-->"
          : text.startsWith("[CDATA[", open + 2)
            ? "]]>"
            : ">";
        at = open + (this.#until === "-->" ? 4 : this.#until === "]]>" ? 9 : 2);
      } else if (sign === question) {
        this.#until = "?>";
        at = open + 2;
      } else {
        const end = endOfTag(text, open + 1);
        if (end < 0) break;
        if (sign === slash) this.#close();
        else this.#open(text, open + 1, end);
        at = end + 1;
      }
    }
    this.#rest = text.slice(at);
  }

  #open(text: string, from: number, end: number): void {
    const empty = text.charCodeAt(end - 1) === slash;
    const { record } = this.#spec;
    const depth = this.#depth;
    if (this.#matched === depth && depth < record.length) {
      const tag = text.slice(from, empty ? end - 1 : end);
      const wanted = record[depth]!;
      if (wanted === "*" || wanted === this.#nameOf(tag, depth)) {
        if (depth + 1 === record.length) this.records++;
        if (!empty) this.#matched++;
      }
    }
    if (!empty) this.#depth++;
  }

  #close(): void {
    if (this.#matched === this.#depth) this.#matched--;
    this.#depth--;
  }

  #nameOf(tag: string, depth: number): string {
    const name = /^\S*/.exec(tag)![0];
    const { names } = this.#spec;
    if (!names.spaces) return name;
    let prefixes = this.#prefixes[depth] ?? {};
    for (const [, prefix = "", double, single] of tag.matchAll(declarations)) {
      const uri = (double ?? single ?? "").trim().replaceAll("&amp;", "&");
      prefixes = { ...prefixes, [prefix]: uri };
    }
    this.#prefixes[depth + 1] = prefixes;
    const colon = name.indexOf(":");
    return names.element(prefixes[name.slice(0, Math.max(0, colon))] ?? "", name.slice(colon + 1));
  }
}

const [bang, question, slash, greater, double, single] = [33, 63, 47, 62, 34, 39];
const declarations = /\sxmlns(?::([^\s=]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** Where a tag ends; a `>` in quotes is part of a value. */
function endOfTag(text: string, from: number): number {
  let quote = 0;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quote !== 0) {
      if (code === quote) quote = 0;
    } else if (code === greater) return i;
    else if (code === double || code === single) quote = code;
  }
  return -1;
}
