import { Readable } from "node:stream";
import type { Connection, ResultSetHeader } from "mysql2";
import { delimited, type Spelling } from "../delimited.js";
import { quoteName } from "../quote.js";
import type { Parameter } from "../session.js";
import type { ShapeColumn, TableShape } from "../shape.js";

const spelling: Spelling = { true: "1", false: "0", beforeHex: "" };

/** Rows from which LOAD DATA is the quicker way. */
export const loadFromRows = 200;

/** Types that do not take what they are given as text: bytes go as digits, bits as a number. */
function conversion(column: ShapeColumn): ((variable: string) => string) | null {
  if (column.type === "bytes") return (variable) => `UNHEX(${variable})`;
  if (column.nativeType.startsWith("bit")) return (variable) => `CAST(${variable} AS UNSIGNED)`;
  return null;
}

function statement({ table, columns: all }: TableShape, columns: readonly string[]): string {
  const conversions = columns.map((name) => conversion(all.find((column) => column.name === name)!));
  const fields = columns.map((name, i) => (conversions[i] === null ? quoteName(name) : `@f${i}`));
  const sets = columns.flatMap((name, i) => {
    const convert = conversions[i];
    return convert == null ? [] : [`${quoteName(name)} = ${convert(`@f${i}`)}`];
  });
  // The session's literals know no backslash escapes: the delimiters stand as they are.
  return (
    `LOAD DATA LOCAL INFILE 'cutover' INTO TABLE ${quoteName(table)} CHARACTER SET utf8mb4 ` +
    `FIELDS TERMINATED BY '\t' ESCAPED BY '\\' LINES TERMINATED BY '\n' (${fields.join(", ")})` +
    (sets.length === 0 ? "" : ` SET ${sets.join(", ")}`)
  );
}

/**
 * Sends rows by LOAD DATA LOCAL, and tells whether every one was written as it was given. Where the
 * answer is no, some were altered or left out, and the transaction has to be rolled back: LOAD DATA
 * warns where INSERT would refuse.
 *
 * Whatever file a server asks for in answer, it gets these rows: none is ever opened.
 */
export function loadRows(
  connection: Connection,
  table: TableShape,
  columns: readonly string[],
  rows: readonly (readonly Parameter[])[],
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    connection.query(
      {
        sql: statement(table, columns),
        infileStreamFactory: () => Readable.from(delimited(rows, spelling)),
      },
      (error: unknown, result: unknown) => {
        if (error !== null) {
          reject(error);
          return;
        }
        const { affectedRows, warningStatus } = result as ResultSetHeader;
        resolve(affectedRows === rows.length && warningStatus === 0);
      },
    );
  });
}
