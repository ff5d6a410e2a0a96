import type { Column, SourceValue } from "@cutover/model";
import { quoteName, type Session } from "@cutover/sql";

/** What a decoder puts where bytes are no character. */
const replacement = "\uFFFD";

/**
 * The rows of a batch whose text was altered in reading: an engine that stores any bytes as text
 * hands over U+FFFD for those that are no UTF-8. A text may hold a true U+FFFD too, so the bytes
 * of suspicious rows are looked at. That costs a second query per suspicious batch, and no other.
 */
export async function alteredRows(
  session: Session,
  sql: string,
  columns: readonly Column[],
  rows: readonly (readonly SourceValue[])[],
  before: number,
): Promise<ReadonlySet<number>> {
  const suspicious: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    for (const value of rows[i]!) {
      if (typeof value === "string" && value.includes(replacement)) {
        suspicious.push(i);
        break;
      }
    }
  }
  const altered = new Set<number>();
  if (suspicious.length === 0) return altered;
  const texts = columns.map(({ name }, i) => `hex(${quoteName(name)}) AS "c${i}"`).join(", ");
  const bytes = await session.query(`SELECT ${texts} FROM (\n${sql}\n) LIMIT ? OFFSET ?`, [
    rows.length,
    before,
  ]);
  for (const i of suspicious) {
    const wrong = rows[i]!.some((value, c) => {
      if (typeof value !== "string" || !value.includes(replacement)) return false;
      const hex = bytes[i]?.[`c${c}`];
      return typeof hex !== "string" || hexOf(value) !== hex;
    });
    if (wrong) altered.add(i);
  }
  return altered;
}

const hexOf = (text: string): string => Buffer.from(text, "utf8").toString("hex").toUpperCase();
