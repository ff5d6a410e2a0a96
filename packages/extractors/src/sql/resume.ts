import {
  CutoverError,
  type Column,
  type ExtractSpec,
  type ReadOptions,
  type SourceValue,
} from "@cutover/model";
import { conformers, quoteName, type Session } from "@cutover/sql";
import { isCount, Tokens, type TokenPart } from "../token.js";
import { isLiteral, literal } from "./narrow.js";

/** How far a reading came: the rows that were read, and the key of the last: numbers, also beyond 2^53, in a list. */
type Position = readonly [read: number, ...key: KeyPart[]];
type KeyPart = string | readonly [digits: string];

const isKeyPart = (part: unknown): part is KeyPart =>
  typeof part === "string"
    ? isLiteral(part)
    : Array.isArray(part) && part.length === 1 && /^-?\d{1,20}$/.test(String(part[0]));

const isPosition = (parts: readonly unknown[]): parts is Position =>
  parts.length > 1 && isCount(parts[0]) && parts.slice(1).every(isKeyPart);

/** What a key's column holds, where every engine compares it alike; null where a reading cannot go on from it. */
function keyPart(value: SourceValue | undefined, { validatesText }: Session["dialect"]): KeyPart | null {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return [String(value)];
  const isText = typeof value === "string" && isLiteral(value);
  return isText && (validatesText || !value.includes("\uFFFD")) ? value : null;
}

/** Goes on within an extract of one state of a database: after a key, in the order of keys. */
export class Resuming {
  readonly #extract: ExtractSpec;
  readonly #session: Session;
  readonly #tokens: Tokens;

  /** `state` is a name that no other state of the source has. */
  constructor(session: Session, extract: ExtractSpec, narrow: ReadOptions["narrow"], state: TokenPart) {
    this.#session = session;
    this.#extract = extract;
    this.#tokens = new Tokens(extract, narrow, state);
  }

  /** A function that gives the token after a row; null where the query does not give the whole key. */
  after(
    columns: readonly Column[],
  ): ((row: readonly SourceValue[], read: number) => string | undefined) | null {
    const places = this.#places(columns);
    if (places === null) return null;
    const { dialect } = this.#session;
    return (row, read) => {
      const key: KeyPart[] = [];
      for (const place of places) {
        const part = keyPart(row[place], dialect);
        if (part === null) return undefined;
        key.push(part);
      }
      return this.#tokens.write([read, ...key]);
    };
  }

  /**
   * What is left of a query after a token's row, and how many rows come before. They are counted: where a key
   * does not order the rows or tell them apart, going on after it would lose some.
   */
  async rest(sql: string, token: string): Promise<{ readonly sql: string; readonly before: number }> {
    const [before, ...key] = this.#tokens.read(token, isPosition);
    const columns = await this.#session.columnsOf(sql);
    const names = this.#places(columns)?.map((place) => quoteName(columns[place]!.name)) ?? [];
    if (names.length !== key.length) throw this.#tokens.refused("leads nowhere");
    const condition = beyond(names, key);
    // On lines of its own, so that a comment at the end of the extract ends there.
    const [row] = await this.#session.query(
      `SELECT COUNT(*) AS "rows", SUM(CASE WHEN ${condition} THEN 1 ELSE 0 END) AS "left" FROM (\n${sql}\n) counted`,
    );
    const count = (name: string): number => Number(conformers.integer(row?.[name] ?? 0));
    if (count("rows") - count("left") !== before) {
      throw new CutoverError(
        "mapping-invalid",
        `the rows of the extract ${this.#extract.name} are not in the order of its key, or share one, or lack it`,
        {
          stage: "extract",
          remedy: "Declare as `key` what tells the rows apart, and order the query by it.",
        },
      );
    }
    return {
      sql: `SELECT * FROM (\n${sql}\n) resumed\nWHERE ${condition}\nORDER BY ${names.join(", ")}`,
      before,
    };
  }

  /** Where the key's columns stand; null where one of them is missing, or there is no key. */
  #places(columns: readonly Column[]): readonly number[] | null {
    const places = this.#extract.key.map((name) => {
      const exact = columns.findIndex((column) => column.name === name);
      return exact >= 0
        ? exact
        : columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
    });
    return places.length === 0 || places.includes(-1) ? null : places;
  }
}

/** That a row comes after a key. Not every engine compares lists by an index. */
function beyond([name, ...names]: readonly string[], [part, ...parts]: readonly KeyPart[]): string {
  const value = literal(typeof part === "string" ? part : BigInt(part![0]));
  if (names.length === 0) return `${name} > ${value}`;
  return `(${name} > ${value} OR (${name} = ${value} AND ${beyond(names, parts)}))`;
}
