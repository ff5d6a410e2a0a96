import type { RejectedRow } from "@cutover/model";
import { SaxesParser, type SaxesAttributeNS, type SaxesTagNS, type SaxesTagPlain } from "saxes";
import { malformedXml } from "./errors.js";
import { maxAttributes, maxDepth, maxElements, maxTag, maxToken } from "./limits.js";
import { XmlNode, type Attributes, type Kept } from "./node.js";
import type { XmlSpec } from "./spec.js";

export interface RecordSink {
  /** The record's element, and the line it begins on. */
  record(record: XmlNode, line: number): void;
  rejected(row: RejectedRow): void;
}

type Fault = Pick<RejectedRow, "code" | "note">;

const remedies = {
  cut: "Fetch the file again: the end of it is missing.",
  mend: "Have the file exported anew by software that writes well-formed XML.",
  doctype: "Take the document type out: no export needs one, and entities can be made to harm.",
  large: "Raise `maxRecord` if the file is meant to be like that.",
  path: "Name the elements from the document's root to the record in `record`.",
} as const;

/**
 * Builds a document's records one by one out of the parser's events. What is not part of a record, nor
 * wanted of the elements around it, is parsed and let go.
 */
export class RecordReader {
  readonly #parser: SaxesParser;
  readonly #spec: XmlSpec;
  readonly #kept: Kept | null;
  readonly #sink: RecordSink;
  readonly #file: string;
  readonly #maxRecord: number;

  #piece = "";
  /** The end of the pieces before this one. */
  #tail = "";
  /** Characters in the pieces before this one. */
  #before = 0;
  /** Characters since the parser last had something to say. */
  #silent = 0;

  #depth = 0;
  /** How many of the open elements are those on the way to the record. */
  #matched = 0;
  /** The element around what comes next, with what is wanted of it. */
  #around: XmlNode | null = null;
  /** Depth of the element that is being built, or passed over because it was rejected; 0 outside. */
  #inside = 0;
  #current: XmlNode | null = null;
  /** Depth of an element in it that no column wants; 0 outside of one. */
  #unwanted = 0;
  #recording = false;
  /** By depth, whether an element around records has had one: then nothing that records need may follow. */
  readonly #given: boolean[] = [];
  /** By depth, the characters that are held of an element around records. */
  readonly #held: number[] = [];
  #line = 0;
  #size = 0;
  #elements = 0;
  #rejection: Fault | null = null;
  /** Between a tag's name and its end, when it is not yet known what the element is for. */
  #inTag = false;
  #tagFault: Fault | null = null;
  /** Where in the document the tag's name ended. */
  #tagAt = 0;

  /** `kept` is what columns want of a record; null for all of it. */
  constructor(spec: XmlSpec, kept: Kept | null, file: string, maxRecord: number, sink: RecordSink) {
    this.#spec = spec;
    this.#kept = kept;
    this.#sink = sink;
    this.#file = file;
    this.#maxRecord = maxRecord;
    this.#parser = new SaxesParser(
      // XML 1.1 differs in characters no LMS writes, and is read as what it nearly always is.
      { xmlns: spec.names.spaces, defaultXMLVersion: "1.0", forceXMLVersion: true },
    );
    this.#listen();
  }

  push(piece: string): void {
    this.#tail = (this.#tail + this.#piece).slice(-longestEntity);
    this.#piece = piece;
    this.#parser.write(piece);
    this.#before += piece.length;
    this.#silent += piece.length;
    if (this.#inTag && this.#parser.position - this.#tagAt > maxTag) {
      this.#stop(`a tag has more than ${maxTag} characters`, remedies.mend);
    }
    if (this.#silent > maxToken(this.#maxRecord)) {
      this.#stop("a text or a comment is longer than records may be", remedies.large);
    }
  }

  end(): void {
    this.#tail = (this.#tail + this.#piece).slice(-longestEntity);
    this.#piece = "";
    this.#parser.close();
  }

  /** No event more than these: V8 turns a parser with an eighth listener into a dictionary, five times as slow. */
  #listen(): void {
    const { names } = this.#spec;
    const parser = this.#parser;
    parser.on("error", ({ message }) => this.#fault(message.replace(/^[\d:]+ /, "")));
    parser.on("doctype", () => this.#stop("the document declares a document type", remedies.doctype));
    parser.on("opentagstart", () => {
      this.#inTag = true;
      this.#tagAt = parser.position;
      // The character after the name has been read; where it was a line feed, so has the line's number.
      if (this.#inside === 0) this.#line = parser.column === 0 ? parser.line - 1 : parser.line;
    });
    parser.on("text", (text) => this.#text(text, false));
    parser.on("cdata", (text) => this.#text(text, true));
    parser.on("closetag", () => this.#close());
    if (names.spaces) {
      parser.on("opentag", (tag) => {
        const { uri, local, attributes } = tag as SaxesTagNS;
        this.#open(names.element(uri, local), this.#bare ? null : this.#renamed(attributes));
      });
    } else {
      parser.on("opentag", (tag) => {
        const { name, attributes } = tag as SaxesTagPlain;
        this.#open(name, this.#bare ? null : attributes);
      });
    }
  }

  /** Whether the tag that was just read had room for no attribute: `<a>` or `<a/>`. */
  get #bare(): boolean {
    return this.#parser.position - this.#tagAt <= 1;
  }

  /** Attributes by the names of the extract; declarations of namespaces have done their work. */
  #renamed(attributes: Readonly<Record<string, SaxesAttributeNS>>): Attributes {
    const renamed = Object.create(null) as Record<string, string>;
    for (const { prefix, name, uri, local, value } of Object.values(attributes)) {
      if (prefix === "xmlns" || name === "xmlns") continue;
      renamed[this.#spec.names.attribute(uri, local)] = value;
    }
    return renamed;
  }

  #open(name: string, attributes: Attributes | null): void {
    this.#silent = 0;
    this.#inTag = false;
    const depth = ++this.#depth;
    if (depth > maxDepth) this.#stop(`elements are nested more than ${maxDepth} deep`, remedies.mend);
    if (this.#inside !== 0) {
      if (this.#current !== null && this.#unwanted === 0) this.#child(this.#current, name, attributes);
      return;
    }
    const { record: way, around } = this.#spec;
    this.#size = 0;
    // Off the way to the record: nothing below is wanted.
    if (this.#matched !== depth - 1) {
      this.#tagFault = null;
      return;
    }
    const wanted = way[depth - 1];
    if (wanted === name || wanted === "*") {
      this.#matched = depth;
      const record = depth === way.length;
      const kept = record ? this.#kept : null;
      const node = new XmlNode(name, this.#checked(attributes), this.#around, kept);
      if (record) return this.#begin(node, true);
      if (this.#tagFault !== null) this.#stop(this.#tagFault.note, remedies.mend);
      this.#given[depth] = false;
      this.#held[depth] = 0;
      this.#around = node;
      return;
    }
    if (depth === 1) {
      this.#stop(`the document's root is not ${wanted}, with which the record's path begins`, remedies.path);
    }
    if (around[depth - 2]?.has(name) !== true) {
      this.#tagFault = null;
      return;
    }
    if (this.#given[depth - 1] === true) {
      this.#stop("an element that records need stands behind the first of them", remedies.mend);
    }
    const node = new XmlNode(name, this.#checked(attributes), this.#around, null);
    (this.#around!.children ??= []).push(node);
    this.#begin(node, false);
  }

  #begin(node: XmlNode, recording: boolean): void {
    this.#inside = this.#depth;
    this.#recording = recording;
    this.#current = node;
    this.#rejection = null;
    this.#elements = 0;
    if (recording) this.#given.fill(true, 1);
    if (this.#tagFault !== null) this.#reject(this.#tagFault);
    this.#tagFault = null;
    this.#grow(0);
  }

  #child(parent: XmlNode, name: string, attributes: Attributes | null): void {
    const kept = parent.kept === null ? null : parent.kept.get(name);
    if (kept === undefined) {
      this.#unwanted = this.#depth;
      return;
    }
    if (name === "_") this.#malformed("it has an element _, the name under which texts are kept");
    if (++this.#elements > maxElements) this.#malformed(`it has more than ${maxElements} elements`);
    const node = new XmlNode(name, this.#checked(attributes), parent, kept);
    if (!this.#grow(name.length) || this.#rejection !== null) return;
    if (parent.children === null) parent.children = [node];
    else parent.children.push(node);
    this.#current = node;
  }

  #text(text: string, cdata: boolean): void {
    this.#silent = 0;
    const node = this.#current;
    if (node === null || this.#unwanted !== 0 || node.kept !== null) return;
    if (text === "" || !this.#grow(text.length)) return;
    node.text = node.text === "" ? text : node.text + text;
    if (cdata) node.cdata = true;
  }

  #close(): void {
    this.#silent = 0;
    const depth = this.#depth--;
    if (this.#unwanted !== 0) {
      if (depth === this.#unwanted) this.#unwanted = 0;
    } else if (depth === this.#inside) this.#finish();
    else if (this.#inside !== 0) this.#current = this.#current === null ? null : this.#current.parent;
    else if (depth === this.#matched) {
      this.#matched--;
      this.#around = this.#around!.parent;
    }
  }

  #finish(): void {
    const node = this.#current;
    this.#current = null;
    this.#inside = 0;
    if (!this.#recording) {
      const held = (this.#held[this.#matched] ?? 0) + this.#size;
      this.#held[this.#matched] = held;
      if (held > this.#maxRecord)
        this.#stop("what records need of the elements around is too much", remedies.large);
      return;
    }
    this.#recording = false;
    this.#matched--;
    if (this.#rejection !== null) this.#sink.rejected({ at: this.#line, ...this.#rejection });
    else this.#sink.record(node!, this.#line);
  }

  /** Attributes, measured; null where there are none. */
  #checked(attributes: Attributes | null): Attributes | null {
    if (attributes === null) return null;
    let count = 0;
    for (const name in attributes) {
      count++;
      this.#size += name.length + attributes[name]!.length;
    }
    if (count > maxAttributes)
      this.#stop(`an element has more than ${maxAttributes} attributes`, remedies.mend);
    return count === 0 ? null : attributes;
  }

  #grow(size: number): boolean {
    this.#size += size;
    if (this.#size <= this.#maxRecord) return true;
    this.#malformed(`it has more than ${this.#maxRecord} characters`);
    return false;
  }

  #malformed(note: string): void {
    this.#reject({ code: "malformed-row", note });
  }

  /** Gives up the record alone; what is wanted of the elements around records cannot be done without. */
  #reject(fault: Fault): void {
    if (!this.#recording) this.#stop(`of an element that records need: ${fault.note}`, remedies.mend);
    this.#rejection ??= fault;
    this.#current = null;
  }

  /** What the parser has against the document: a fault of one record, or the end. */
  #fault(message: string): void {
    const character = this.#piece.charCodeAt(this.#parser.position - 1 - this.#before);
    const fault = faultOf(message, character);
    if (fault === null) {
      if (endings.test(message)) this.#stop("the document ends before its elements do", remedies.cut);
      // Behind a colon the parser quotes the document.
      this.#stop(message.replace(/(?::.*)?\.?$/s, ""), remedies.mend);
    }
    if (entityFaults.has(message) && this.#entityHasMarkup) {
      this.#stop("an entity does not end before the next tag begins", remedies.mend);
    }
    if (this.#inside !== 0) this.#reject(fault);
    else if (this.#inTag) this.#tagFault ??= fault;
    // Comments and records of other kinds may be damaged: they are not what is read.
  }

  /** Whether the entity that was just read goes over a tag: the parser takes all up to the next `;` for its name. */
  get #entityHasMarkup(): boolean {
    const text = this.#tail + this.#piece.slice(0, Math.max(0, this.#parser.position - this.#before));
    const from = text.lastIndexOf("&");
    return from < 0 || text.length - from > longestEntity || text.includes("<", from);
  }

  #stop(message: string, remedy: string): never {
    const { line, column } = this.#parser;
    throw malformedXml(message, { file: this.#file, line, column: Math.max(1, column) }, remedy);
  }
}

/** Characters from a `&` to its `;`; no entity comes near. */
const longestEntity = 200;
const entityFaults: ReadonlySet<string> = new Set(["undefined entity.", "malformed character entity."]);

const endings = /^unclosed tag|^unexpected end|^document must contain a root/;

/**
 * The faults after which a document goes on, because its elements are as clear as before: a character or
 * an entity that XML does not have. saxes has no codes for its errors; a sentence that is not known here
 * ends the reading.
 */
function faultOf(message: string, character: number): Fault | null {
  switch (message) {
    case "disallowed character.":
      if (character >= 0xd800 && character <= 0xdfff) {
        return { code: "bad-encoding", note: "the bytes are not text in the file's encoding" };
      }
      if (character < 32 || character > 0xfffd) {
        return { code: "control-character", note: "XML cannot have such a character" };
      }
      return null;
    case "undefined entity.":
      return { code: "malformed-row", note: "it has an entity that XML does not define" };
    case "malformed character entity.":
      return { code: "malformed-row", note: "it refers to a character that XML does not have" };
    default:
      return null;
  }
}
