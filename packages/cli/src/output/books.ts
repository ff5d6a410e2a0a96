import { dispositions, type Balance, type EntityName } from "@cutover/model";
import { table } from "./table.js";

/** The balance per entity, as a table. */
export const booksTable = (books: Iterable<readonly [EntityName, Balance]>): string =>
  table(
    ["entity", "read", ...dispositions],
    [...books].map(([entity, b]) => [entity, b.read, ...dispositions.map((d) => b[d])]),
  );

/** Whether any record needs a person. */
export const anyFlagged = (books: Iterable<readonly [EntityName, Balance]>): boolean =>
  [...books].some(([, b]) => b.flagged > 0);
