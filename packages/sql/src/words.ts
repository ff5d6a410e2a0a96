import { CutoverError, nearest } from "@cutover/model";
import { dialectWords, type Dialect, type DialectWord } from "./dialect.js";

const isWord = (name: string): name is DialectWord => Object.hasOwn(dialectWords, name);

/**
 * A portable SQL text as one engine wants it: dialect words are replaced, a closing semicolon goes.
 *
 * @throws CutoverError `mapping-invalid` naming every `{word}` that is none.
 */
export function forDialect(sql: string, dialect: Dialect): string {
  const unknown = new Set<string>();
  const text = sql.replace(/\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => {
    if (isWord(name)) return dialect.words[name];
    unknown.add(name);
    return whole;
  });
  if (unknown.size > 0) {
    const known = Object.keys(dialectWords);
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
