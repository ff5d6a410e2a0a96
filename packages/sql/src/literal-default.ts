import type { ColumnType } from "@cutover/model";

/**
 * What a default that is a literal gives, as text; undefined where the database computes it, or where what
 * is read back may be spelled otherwise (times, bytes).
 */
export function literalDefault(text: string, type: ColumnType): string | null | undefined {
  const bare = /^\((.*)\)$/s.exec(text.trim())?.[1] ?? text.trim();
  if (/^null$/i.test(bare)) return null;
  if (type === "time" || type === "bytes") return undefined;
  const quoted = /^'((?:[^']|'')*)'$/s.exec(bare)?.[1]?.replaceAll("''", "'");
  const literal = quoted ?? (/^(?:true|false|[+-]?\d+(?:\.\d+)?)$/i.test(bare) ? bare : undefined);
  if (literal === undefined) return undefined;
  const flag = /^(?:t|true)$/i.test(literal) ? "1" : /^(?:f|false)$/i.test(literal) ? "0" : literal;
  switch (type) {
    case "boolean":
      return /^[01]$/.test(flag) ? flag : undefined;
    case "integer":
    case "decimal":
    case "float":
      // SQLite and MariaDB read true and false as numbers.
      return /^[+-]?\d+(?:\.\d+)?$/.test(flag) ? flag.replace(/^\+/, "") : undefined;
    case "date":
      return /^\d{4}-\d\d-\d\d$/.test(literal) ? literal : undefined;
    default:
      return literal;
  }
}
