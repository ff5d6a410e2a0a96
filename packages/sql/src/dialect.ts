/** Where engines differ, said as facts: code asks for the fact it needs, never for the engine's name. */
export interface Dialect {
  readonly name: "sqlite" | "postgresql" | "mysql";
  /** What stands for a dialect word such as `{text}` in a portable SQL text. */
  readonly words: Readonly<Record<DialectWord, string>>;
  /** What stands for a dialect word with an expression, such as `{epoch_year(c.timecreated)}`. */
  readonly calls: Readonly<Record<DialectCall, (expression: string) => string>>;
  /** Bind parameters a statement may have. */
  readonly maxParameters: number;
  /** Rows an INSERT of several carries at most. */
  readonly rowsPerInsert: number;
  /** What stands before VALUES so that a generated column takes the ids it is given. */
  readonly beforeValues: string;
  /** The n-th bind parameter of a statement, counting from 1. */
  placeholder(n: number): string;
  /** An equality that the index can serve and that regards case, accents and trailing spaces. */
  exactly(quotedColumn: string, placeholder: string): readonly [text: string, uses: number];
  /** Whether the values of many rows can be handed over as arrays, one a column. */
  readonly takesArrays: boolean;
  /** Whether rows are changed in bulk by joining them with a temporary table of their keys and values. */
  readonly changesByJoin: boolean;
  /** Whether one connection can read while another is writing. */
  readonly readsBesideWrites: boolean;
  /** Whether several reads can be open on one connection. */
  readonly interleavesReads: boolean;
  /** Whether every value of a column is of the column's type. */
  readonly typesValues: boolean;
  /** Whether text columns refuse what is not valid Unicode, so that what is read was really stored. */
  readonly validatesText: boolean;
  /** What ends a SELECT that waits for transactions that are changing its rows, or making them. */
  readonly awaitingRows: string;
  /** knex's name for the engine. */
  readonly knexClient: "better-sqlite3" | "pg" | "mysql2";
}

/** Words in braces that a portable SQL text may use, with what each means. */
export const dialectWords = {
  json_object_agg: "aggregate: an object of names and values, as JSON text",
  json_array_agg: "aggregate: a list of values, as JSON text",
  text: "type to CAST to: text",
  bigint: "type to CAST to: a 64-bit integer",
  decimal: "type to CAST to: a decimal number",
  float: "type to CAST to: a double",
} as const;

export type DialectWord = keyof typeof dialectWords;

/** Words that take an expression: `{epoch_time(c.timecompleted)}`. Null stays null. */
export const dialectCalls = {
  epoch_time: "seconds since 1970 as an instant: 2024-02-29T22:05:00Z",
  epoch_year: "seconds since 1970 as the year in UTC: 2024",
} as const;

export type DialectCall = keyof typeof dialectCalls;
