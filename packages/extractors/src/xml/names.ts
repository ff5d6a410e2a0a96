const xmlNamespace = "http://www.w3.org/XML/1998/namespace";

/** The parts of a path; a `/` inside `{…}` belongs to a namespace. */
export const segmentsOf = (path: string): readonly string[] => path.match(/(?:\{[^{}]*\}|[^/{}])+/g) ?? [];

const plain = /^[\p{L}_:][\p{L}\p{M}\p{N}_:.\-·]*$/u;
const clark = /^\{([^{}]*)\}([^{}:]+)$/;

/**
 * How elements and attributes are called in paths and in records. Without namespaces as the file writes
 * them, prefix included, as xml2js does. With namespaces by the prefixes the extract declares, whatever
 * prefixes the file has: `""` declares names without one; a name in any other namespace is `{uri}name`.
 */
export class Names {
  /** Whether namespaces were asked for. */
  readonly spaces: boolean;
  readonly #prefixes = new Map([[xmlNamespace, "xml:"]]);
  readonly #uris = new Map([["xml", xmlNamespace]]);

  constructor(declared: Readonly<Record<string, string>>, record: string) {
    this.spaces = Object.keys(declared).length > 0 || record.includes("{");
    for (const [prefix, uri] of Object.entries(declared)) {
      this.#prefixes.set(uri, prefix === "" ? "" : `${prefix}:`);
      this.#uris.set(prefix, uri);
    }
    if (!this.#uris.has("")) this.#prefixes.set("", "");
  }

  /** What an element of a document is called. */
  element(uri: string, local: string): string {
    return `${this.#prefixes.get(uri) ?? `{${uri}}`}${local}`;
  }

  /** What an attribute of a document is called; one without a prefix is in no namespace. */
  attribute(uri: string, local: string): string {
    return uri === "" ? local : this.element(uri, local);
  }

  /** A name as a person wrote it in a path; null where it can be the name of nothing. */
  written(name: string, attribute = false): string | null {
    const qualified = clark.exec(name);
    if (qualified !== null) {
      const [, uri = "", local = ""] = qualified;
      if (!this.spaces || !plain.test(local)) return null;
      return attribute ? this.attribute(uri, local) : this.element(uri, local);
    }
    if (!plain.test(name)) return null;
    const colon = name.indexOf(":");
    if (this.spaces && colon >= 0 && !this.#uris.has(name.slice(0, colon))) return null;
    return name;
  }
}
