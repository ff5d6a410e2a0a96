import { CutoverError, nearest } from "@cutover/model";
import { dialectCalls, dialectWords, type Dialect, type DialectCall, type DialectWord } from "./dialect.js";

const isWord = (name: string): name is DialectWord => Object.hasOwn(dialectWords, name);
const isCall = (name: string): name is DialectCall => Object.hasOwn(dialectCalls, name);

/** `{word}`, or `{word(expression)}`. */
const inBraces = /\{([A-Za-z_][A-Za-z0-9_]*)(?:\(([^{}]*)\))?\}/g;

/**
 * A portable SQL text as one engine wants it: dialect words are replaced, a closing semicolon goes.
 *
 * @throws CutoverError `mapping-invalid` naming every `{word}` that is none.
 */
export function forDialect(sql: string, dialect: Dialect): string {
  const unknown = new Set<string>();
  const text = sql.replace(inBraces, (whole, name: string, expression: string | undefined) => {
    if (expression === undefined && isWord(name)) return dialect.words[name];
    if (expression !== undefined && isCall(name)) return dialect.calls[name](expression);
    unknown.add(expression === undefined ? name : `${name}()`);
    return whole;
  });
  if (unknown.size > 0) {
    const known = [...Object.keys(dialectWords), ...Object.keys(dialectCalls).map((name) => `${name}()`)];
    throw new CutoverError("mapping-invalid", "a SQL text uses words in braces that do not exist", {
      problems: [...unknown].map((name) => {
        const near = nearest(name, known);
        return {
          message: `unknown word {${name}}`,
          remedy:
            near === null ? `Known: ${known.map((n) => `{${n}}`).join(", ")}.` : `Did you mean {${near}}?`,
        };
      }),
    });
  }
  return text.replace(/[\s;]+$/, "");
}
