import type { Position, Problem } from "@cutover/model";
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node as YamlNode,
} from "yaml";
import type { Entry, Node } from "./node.js";

/** No definition comes near these; what does is a mistake or an attack. */
const limits = { bytes: 4_000_000, depth: 60, nodes: 200_000, problems: 20 } as const;

export interface Parsed {
  readonly root: Node | null;
  readonly problems: readonly Problem[];
}

/** Reads one YAML document. Whatever it holds, the answer is data with places, or problems. */
export function parseYaml(file: string, text: string): Parsed {
  if (text.length > limits.bytes)
    return { root: null, problems: [{ message: "the file is too large", at: { file } }] };
  const reader = new Reader(file);
  let documents;
  try {
    documents = parseAllDocuments(text, {
      version: "1.2",
      schema: "core",
      strict: true,
      uniqueKeys: true,
      prettyErrors: false,
      logLevel: "silent",
      lineCounter: reader.lines,
    });
  } catch (error) {
    // The library recurses: text nested by the ten thousand exhausts its stack.
    if (!(error instanceof RangeError)) throw error;
    return {
      root: null,
      problems: [{ message: `the text is nested too deeply`, at: { file, line: 1, column: 1 } }],
    };
  }
  const [first, second] = Array.isArray(documents) ? documents : [];
  if (first === undefined || (first.contents === null && first.errors.length === 0)) {
    return { root: null, problems: [{ message: "the file is empty", at: { file, line: 1, column: 1 } }] };
  }
  if (second !== undefined) {
    reader.problem("one file holds one document; here a second begins", second.range?.[0] ?? 0);
  }
  return reader.read(first);
}

class Reader {
  readonly lines = new LineCounter();
  readonly #file: string;
  readonly #problems: Problem[] = [];
  readonly #anchors = new Map<string, { readonly node: Node; readonly size: number }>();
  #nodes = 0;

  constructor(file: string) {
    this.#file = file;
  }

  read(document: Document.Parsed): Parsed {
    if (document.errors.some((error) => error.message.startsWith("Maximum call stack"))) {
      this.problem("the text is nested too deeply", 0);
      return { root: null, problems: this.#problems };
    }
    const places = new Set<number>();
    for (const error of document.errors) {
      if (places.has(error.pos[0]) || places.size === limits.problems) continue;
      places.add(error.pos[0]);
      this.problem(
        error.code === "DUPLICATE_KEY" ? "the key is there twice" : tidy(error.message),
        error.pos[0],
      );
    }
    const root = document.contents === null ? null : this.#node(document.contents, 0);
    return { root: this.#problems.length === 0 ? root : null, problems: this.#problems };
  }

  problem(message: string, offset: number, remedy?: string): void {
    this.#problems.push({ message, at: this.#at(offset), remedy });
  }

  #at(offset: number): Position {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.#file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  #node(yaml: YamlNode | null, depth: number, offset = 0): Node {
    const start = yaml?.range?.[0] ?? offset;
    const at = this.#at(start);
    const before = this.#nodes++;
    if (this.#nodes > limits.nodes || depth > limits.depth) {
      if (this.#nodes <= limits.nodes + 1) {
        this.problem(
          depth > limits.depth ? "the text is nested too deeply" : "the file holds too much",
          start,
        );
        this.#nodes = limits.nodes + 1;
      }
      return { kind: "scalar", at, value: null, source: "" };
    }
    if (isAlias(yaml)) return this.#alias(yaml.source, at, start);
    if (
      yaml !== null &&
      yaml.tag !== undefined &&
      !/^tag:yaml\.org,2002:(map|seq|str|int|float|bool|null)$/.test(yaml.tag)
    ) {
      this.problem("tags are not allowed", start, "Write the value without the `!`.");
    }
    const node = this.#content(yaml, at, depth, start);
    const anchor = yaml !== null && "anchor" in yaml ? yaml.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, { node, size: this.#nodes - before });
    return node;
  }

  #alias(name: string, at: Position, offset: number): Node {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      // Not repeated: an unquoted password may begin with `*`.
      this.problem(
        "nothing before this place is anchored by this name",
        offset,
        "Put it in quotes if it is a text.",
      );
      return { kind: "scalar", at, value: null, source: "" };
    }
    // An alias counts as all it stands for, so that aliases of aliases cannot swell without bound.
    this.#nodes += target.size;
    if (this.#nodes > limits.nodes) {
      if (this.#nodes - target.size <= limits.nodes) this.problem("the aliases stand for too much", offset);
      return { kind: "scalar", at, value: null, source: "" };
    }
    return target.node;
  }

  #content(yaml: YamlNode | null, at: Position, depth: number, start: number): Node {
    if (isMap(yaml)) {
      const entries = new Map<string, Entry>();
      for (const pair of yaml.items) {
        const key = pair.key as YamlNode | null;
        const keyAt = key?.range?.[0] ?? start;
        const name = isScalar(key) && key.value !== null ? (key.source ?? JSON.stringify(key.value)) : null;
        if (name === null) this.problem("a key must be a simple text", keyAt);
        else if (name === "__proto__") this.problem("`__proto__` cannot be a key", keyAt);
        else if (!entries.has(name)) {
          const value = this.#node(pair.value as YamlNode | null, depth + 1, key?.range?.[1] ?? start);
          entries.set(name, { at: this.#at(keyAt), value });
        }
      }
      return { kind: "map", at, entries };
    }
    if (isSeq(yaml)) {
      const list = yaml.items.map((item) => this.#node(item as YamlNode | null, depth + 1, start));
      return { kind: "list", at, items: list };
    }
    const value: unknown = isScalar(yaml) ? yaml.value : null;
    const source = (isScalar(yaml) ? yaml.source : undefined) ?? "";
    if (typeof value === "number") {
      if (/^[-+]?0\d/.test(source) && !source.includes(".")) {
        this.problem("a number does not begin with zero", start, "Put it in quotes if it is a text.");
      } else if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) {
        this.problem("the number is too large to be exact", start, "Put it in quotes.");
      }
    }
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      return { kind: "scalar", at, value, source: typeof value === "string" ? value : source };
    }
    return { kind: "scalar", at, value: null, source };
  }
}

/** The library's message as the beginning of ours. */
const tidy = (message: string): string =>
  message.charAt(0).toLowerCase() + message.slice(1).split("\n")[0]!.replace(/\.$/, "");
