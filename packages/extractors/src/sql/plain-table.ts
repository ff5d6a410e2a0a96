const name = /"[A-Za-z_]\w*"|[a-z_][a-z0-9_]*/.source;
const column = `(?:(?:${name})\\.)?(?:${name})`;
const columns = `${column}(?:\\s*,\\s*${column})*`;
const plain = new RegExp(
  `^\\s*SELECT\\s+(${columns})\\s+FROM\\s+(${name})(?:\\s+(?!order\\s)(${name}))?(?:\\s+ORDER\\s+BY\\s+${columns})?[\\s;]*$`,
  "i",
);

/** Words that give a value of their own where no column is meant by them, in one engine or another. */
const valued =
  /^(?:current_\w+|session_user|system_user|user|localtime\w*|utc_\w+|sysdate|null|true|false|default)$/;

/** A name as the engine understands it; null where engines differ in that. */
function named(text: string): string | null {
  if (text.startsWith('"')) return text.slice(1, -1);
  return text === text.toLowerCase() && !valued.test(text) ? text : null;
}

/**
 * The table whose rows a query gives as they lie there: all of them, each column by its own name. Null for
 * every other query, and wherever that cannot be told at a glance.
 */
export function plainTable(sql: string): string | null {
  const [, given, from, alias] = plain.exec(sql) ?? [];
  if (given === undefined || from === undefined) return null;
  const table = named(from);
  const known = new Set([from, ...(alias === undefined ? [] : [alias])]);
  const isPlain = given.split(",").every((each) => {
    const [last, of] = each.trim().split(".").toReversed() as [string, string?];
    return named(last) !== null && (of === undefined || known.has(of));
  });
  return isPlain ? table : null;
}
