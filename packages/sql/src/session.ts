import type { Column, SourceValue } from "@cutover/model";
import type { Dialect } from "./dialect.js";
import type { Role } from "./fault.js";
import type { TableShape } from "./shape.js";

export type Row = Readonly<Record<string, SourceValue>>;
export type Parameter = string | number | bigint | boolean | Uint8Array | null;

/** An array is taken where the dialect says so. */
export type QueryParameter = Parameter | readonly Parameter[];

/** What a statement that writes did. */
export interface Outcome {
  /** Rows written; for an UPDATE the rows it found, changed or not. */
  readonly affected: number;
  /** The codes of the warnings the server gave instead of an error. */
  readonly warnings: readonly string[];
}

/** A column of a table, by name. */
export interface TableColumn {
  readonly table: string;
  readonly column: string;
}

/** An open read. It must be closed, or read to its end. */
export interface Cursor {
  readonly columns: readonly Column[];
  /** The next rows, null after the last. They are the caller's, to change as he likes. */
  next(): Promise<SourceValue[][] | null>;
  close(): Promise<void>;
}

/**
 * One connection with one state: a transaction, a snapshot. Statements run one after the other.
 * Everything thrown is a {@link SqlFault}. After `connection-lost` a session is of no more use.
 */
export interface Session {
  readonly dialect: Dialect;
  readonly lost: boolean;
  /** Rows as objects. Of two columns with one name the last wins. */
  query(sql: string, parameters?: readonly QueryParameter[]): Promise<readonly Row[]>;
  /** Rows as the values of their columns. */
  select(sql: string, parameters?: readonly QueryParameter[]): Promise<readonly (readonly SourceValue[])[]>;
  /**
   * All rows of a SELECT without parameters at once, where the engine has a faster way for many of them than
   * `select`. What has the same text in `like` gives the same columns.
   */
  copyOut?(sql: string, like: string): Promise<readonly SourceValue[][]>;
  run(sql: string, parameters?: readonly Parameter[]): Promise<Outcome>;
  /** Runs a statement once a parameter row, prepared once; the outcome of each. */
  runEach(sql: string, rows: readonly (readonly Parameter[])[]): Promise<readonly Outcome[]>;
  /**
   * Inserts rows by the engine's fastest way that says the truth about them. Within a transaction:
   * what failed has to be rolled back. The columns are the table's own.
   */
  insert(
    table: TableShape,
    columns: readonly string[],
    rows: readonly (readonly Parameter[])[],
  ): Promise<Outcome>;
  /** Opens a read of bounded memory; see `Dialect.interleavesReads`. */
  open(sql: string, batchSize: number): Promise<Cursor>;
  /** The columns a query gives. */
  columnsOf(sql: string): Promise<readonly Column[]>;
  /** What the database says of these tables; one that is missing is not in the map. */
  shapes(tables: readonly string[]): Promise<ReadonlyMap<string, TableShape>>;
  /** The tables, not views, that have a column of one of these names, where an unqualified name finds them. */
  tablesWith(columns: readonly string[]): Promise<readonly TableColumn[]>;
  /** Takes `count` ids in a row from a table's generator, for good. Not within a transaction. */
  reserve(table: TableShape, column: string, count: number): Promise<number>;
  /** Within a transaction that wrote ids of its own: makes sure that the generator is past `last`. */
  passGenerator(table: TableShape, column: string, last: bigint): Promise<void>;
  /** Whether everything this session can read is covered by `begin("snapshot")`. */
  isolates(): Promise<boolean>;
  /** Keeps other Cutovers from claiming the database until the session ends; false where one of them has. */
  claim(): Promise<boolean>;
  /** `of` is the `snapshot` of another session, which is to be seen here, too. */
  begin(kind: "snapshot" | "write", of?: string): Promise<void>;
  /** By what name other sessions can share the snapshot that was begun; absent or null where there is none. */
  readonly snapshot?: string | null;
  /**
   * Not within a transaction: waits until every transaction that was begun to write, whoever's connection
   * it is, has come to its end. Where the engine has no such thing, a locking read waits row by row.
   */
  awaitWriters(): Promise<void>;
  commit(): Promise<void>;
  /** Never throws: a transaction that cannot be rolled back ends with its connection. */
  rollback(): Promise<void>;
  close(): Promise<void>;
}

/** What an engine's session is opened with. */
export interface SessionOptions {
  readonly role: Role;
  readonly readonly: boolean;
  /** Rows are looked for by their keys, and in no other way. */
  readonly byKeys: boolean;
  /** Hears, in a sentence, what makes the work slower than it could be. */
  readonly onNotice?: ((notice: string) => void) | undefined;
}
