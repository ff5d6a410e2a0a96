import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { delimited, type Spelling } from "../delimited.js";
import { quoteName } from "../quote.js";
import type { Outcome, Parameter } from "../session.js";
import type { TableShape } from "../shape.js";

const spelling: Spelling = { true: "t", false: "f", beforeHex: "\\\\x" };

/** Rows from which COPY, which is prepared for many, is the quicker way. */
export const copyFromRows = 50;

/** Inserts rows by COPY. The ids of identity columns are taken as they are given. */
export async function copyRows(
  client: Client,
  { table }: TableShape,
  columns: readonly string[],
  rows: readonly (readonly Parameter[])[],
): Promise<Outcome> {
  const copy = client.query(
    copyFrom(`COPY ${quoteName(table)} (${columns.map(quoteName).join(", ")}) FROM STDIN`),
  );
  await pipeline(Readable.from(delimited(rows, spelling)), copy);
  return { affected: copy.rowCount, warnings: [] };
}
