import type { Path } from "./path.js";

export type Attributes = Readonly<Record<string, string>>;

/** The elements that are kept of those in an element, and of each what is kept; null keeps all. */
export interface Kept extends ReadonlyMap<string, Kept | null> {}

/** An element of a record. */
export class XmlNode {
  readonly name: string;
  readonly parent: XmlNode | null;
  /** Null where it has none. */
  readonly attributes: Attributes | null;
  /** Of an element of which not all is kept, the text is not either. */
  readonly kept: Kept | null;
  children: XmlNode[] | null = null;
  /** Its own text, the parts between its children joined. */
  text = "";
  /** Whether some of the text was a CDATA section: then it counts even if it is blank. */
  cdata = false;

  constructor(name: string, attributes: Attributes | null, parent: XmlNode | null, kept: Kept | null) {
    this.name = name;
    this.attributes = attributes;
    this.parent = parent;
    this.kept = kept;
  }

  /** Its text; blanks beside children or attributes are the file's layout, and null. */
  get ownText(): string | null {
    if (this.children === null && this.attributes === null) return this.text;
    return this.cdata || !isBlank(this.text) ? this.text : null;
  }
}

function isBlank(text: string): boolean {
  // Most texts begin with a letter or a digit, and most layout with a line feed.
  if (text === "") return true;
  const first = text.charCodeAt(0);
  return !(first > 32 && first < 160) && /^\s*$/.test(text);
}

/**
 * An element as xml2js has it, as JSON: its text alone where it has no more than that, else an object of
 * its text `_`, its attributes `$`, and a list of elements for each name.
 */
function toJson(node: XmlNode): string {
  const { attributes, children } = node;
  const text = node.ownText;
  if (attributes === null && children === null) return JSON.stringify(text);
  const members: string[] = [];
  if (text !== null) members.push(`"_":${JSON.stringify(text)}`);
  if (attributes !== null) members.push(`"$":${JSON.stringify(attributes)}`);
  if (children !== null) {
    const lists = new Map<string, XmlNode[]>();
    for (const child of children) {
      const list = lists.get(child.name);
      if (list === undefined) lists.set(child.name, [child]);
      else list.push(child);
    }
    for (const [name, list] of lists) members.push(`${JSON.stringify(name)}:${listJson(list)}`);
  }
  return `{${members.join(",")}}`;
}

const listJson = (nodes: readonly XmlNode[]): string => `[${nodes.map(toJson).join(",")}]`;

/** The elements a path leads to, in the document's order. */
function elementsAt(record: XmlNode, { up, elements }: Path): readonly XmlNode[] {
  let from: XmlNode = record;
  for (let i = 0; i < up; i++) from = from.parent!;
  let found: XmlNode[] = [from];
  for (const name of elements) {
    const next: XmlNode[] = [];
    for (const node of found) {
      if (node.children === null) continue;
      for (const child of node.children) if (child.name === name) next.push(child);
    }
    if (next.length === 0) return next;
    found = next;
  }
  return found;
}

/**
 * What a column holds for a record; null where there is nothing. A column of JSON has what xml2js has there:
 * a list where elements were asked for by name. Any other has the text of the one element or attribute,
 * and JSON where that would lose something: several of them, or an element with others inside.
 */
export function valueAt(record: XmlNode, path: Path, json: boolean): string | null {
  const nodes = elementsAt(record, path);
  const { end } = path;
  if (end.kind === "element") {
    if (nodes.length === 0) return null;
    if (json) return path.elements.length === 0 ? toJson(nodes[0]!) : listJson(nodes);
    if (nodes.length > 1) return listJson(nodes);
    return nodes[0]!.children === null ? nodes[0]!.text : toJson(nodes[0]!);
  }
  if (end.kind === "attributes") {
    const found = nodes.map(({ attributes }) => attributes).filter((one) => one !== null);
    if (found.length === 0) return null;
    return JSON.stringify(found.length === 1 ? found[0] : found);
  }
  const texts: string[] = [];
  for (const node of nodes) {
    const text = end.kind === "attribute" ? node.attributes?.[end.name] : node.ownText;
    if (text !== undefined && text !== null) texts.push(text);
  }
  if (texts.length === 0) return null;
  return texts.length === 1 && !json ? texts[0]! : JSON.stringify(texts.length === 1 ? texts[0] : texts);
}
