/**
 * The contracts between the middle of the house and the media at its ends. `intake`, `engine` and
 * `reconcile` know these shapes and no concrete medium.
 */

/** A value as a source hands it over: nothing is interpreted yet. Integers beyond 2^53 are bigint, decimals and times text. */
export type SourceValue = string | number | bigint | boolean | Uint8Array | null;

/** What a column holds, as far as the source declares it. */
export type ColumnType =
  | "text"
  | "integer"
  | "decimal"
  | "float"
  | "boolean"
  | "date"
  | "time"
  | "bytes"
  | "json";

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** Longest text, in characters. */
  readonly maxLength?: number | undefined;
  /** Whether the database fills it when a row is written without it. */
  readonly hasDefault?: boolean | undefined;
  /**
   * What a row that is written without the column then holds; absent where nobody can say: the database
   * computes it, or gives it in a spelling of its own.
   */
  readonly default?: string | number | null | undefined;
}

/** What is read: declared in a system's `extracts`, parameters already filled in. */
export interface ExtractSpec {
  readonly name: string;
  /** The columns every row has, in this order. */
  readonly columns: readonly Column[];
  /** Columns that order the rows and tell them apart. */
  readonly key: readonly string[];
  /**
   * The column that the source raises whenever anything in a row changes: a time, or a number that counts
   * up. A delta reads rows from the greatest value on that was seen before.
   */
  readonly changed?: string | undefined;
  /** What the medium needs to know: `sql` for databases; `file`, `format` and the like for files. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The system that declares it, where one does: whose file a person edits. */
  readonly system?: string | undefined;
}

/** A row that could not be read as a record: it is counted, and flagged with its position. */
export interface RejectedRow {
  /** As in `SourceBatch.at`. */
  readonly at: number;
  readonly code: "malformed-row" | "bad-encoding" | "control-character";
  readonly note: string;
}

/** One of the files that an extract is read from. */
export interface FilePart {
  /** Path below the source's folder. */
  readonly name: string;
  /** The numbers taken by the files before it: what has the number `at` in the extract has `at - before` in the file. */
  readonly before: number;
}

export interface SourceBatch {
  /** The file the rows are from, where an extract is read from files; a batch never spans two. */
  readonly file?: FilePart | undefined;
  /** Rows of values in the order of the extract's columns. */
  readonly rows: readonly (readonly SourceValue[])[];
  /**
   * The number of each row in the extract, from 1: in a file its line or row, counted on from one file to the
   * next, so that no two rows of an extract have the same.
   */
  readonly at: readonly number[];
  readonly rejected: readonly RejectedRow[];
  /** What a reading goes on by after this batch: see `ReadOptions.after`; absent where it cannot go on from here. */
  readonly token?: string | undefined;
}

export interface ReadOptions {
  /** Rows a batch; the medium may give fewer. */
  readonly batchSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Which rows and columns, where the medium can `narrow`. */
  readonly narrow?: Narrow | undefined;
  /**
   * The token of a batch of the same extract, narrowed in the same way: what is read is what came after that
   * batch, at the same numbers, whatever the size of batches. Only of a state of the source that can still be
   * read; a token of another extract or state is refused.
   *
   * A database's state is gone with its connection, and files have no connection to lose: nobody goes on
   * after a fault as yet (docs/decisions/0012).
   */
  readonly after?: string | undefined;
}

/** Numbers above one and up to another, of a column. What has none in the column is in the range that has no beginning. */
export interface KeyRange {
  readonly column: string;
  readonly above: number | null;
  readonly upto: number | null;
}

/** A part of an extract. Rows keep the extract's order; what is not asked for is not sent. */
export interface Narrow {
  /** Only rows with at least this value in the column, and those that have none in it. */
  readonly since?: { readonly column: string; readonly value: string | number } | undefined;
  /** Only rows that have one of these values in the columns. */
  readonly keys?:
    | { readonly columns: readonly string[]; readonly values: readonly (readonly (string | number)[])[] }
    | undefined;
  /** Only rows whose whole number in the column lies in a range. */
  readonly range?: KeyRange | undefined;
  /** Only these columns, in this order, instead of the extract's. */
  readonly only?: readonly string[] | undefined;
}

export interface ExtractorCapabilities {
  /** All extracts see one state of the source. */
  readonly snapshot: boolean;
  /** Rows come in the order of the extract's key. */
  readonly ordered: boolean;
  /** Can read a part of an extract for less than the whole costs. */
  readonly narrows?: boolean | undefined;
  /** Gives tokens to go on by. */
  readonly resumes?: boolean | undefined;
}

/** A file of a source, as it was looked at. */
export interface FileSeen {
  /** Path below the source's folder. */
  readonly name: string;
  readonly size: number;
  /** When it was last changed, in milliseconds since 1970. */
  readonly changed: number;
}

/** Reads one source through one medium. All reads between opening and closing see one snapshot where the medium can. */
export interface Extractor {
  readonly medium: string;
  readonly capabilities: ExtractorCapabilities;
  /** The columns the source really has for an extract; to compare with what was declared. */
  columns(extract: ExtractSpec): Promise<readonly Column[]>;
  /** Streams an extract's rows in bounded memory. */
  read(extract: ExtractSpec, options?: ReadOptions): AsyncIterable<SourceBatch>;
  /**
   * How many rows an extract has, or a part of it where the medium can `narrow`, counted by a plain query in
   * the same snapshot, past `read`.
   */
  count(extract: ExtractSpec, narrow?: Narrow): Promise<number>;
  /**
   * The table (by its real name) whose rows an extract gives as they lie there: all of them, each column by its
   * own name. Null where it does anything else with them; absent where a medium has no tables.
   */
  tableOf?(extract: ExtractSpec): string | null;
  /**
   * A plain query on the raw source, for control totals. For files, `sql` runs over the files loaded
   * as text into a scratch SQLite database, one table an extract.
   */
  query(
    sql: string,
    extracts: readonly ExtractSpec[],
  ): Promise<readonly Readonly<Record<string, SourceValue>>[]>;
  /**
   * Begins with what `count` of these extracts and `query` over them will be asked, beside what is read
   * meanwhile; they give the same as without. Absent where all goes over one connection.
   */
  ahead?(
    extracts: readonly ExtractSpec[],
    queries: readonly { readonly sql: string; readonly extracts: readonly ExtractSpec[] }[],
  ): Promise<void>;
  /** The files that extracts are read from, as they are now: to tell later whether they changed. Absent where there are none. */
  files?(extracts: readonly ExtractSpec[]): Promise<readonly FileSeen[]>;
  /**
   * A name by which another extractor of the same source can be opened to see the state that this one sees,
   * as long as this one holds it; null or absent where states have no names.
   */
  state?(): Promise<string | null>;
  /**
   * Lets go of the state that was read, and of all it holds in the source: the next read sees the source
   * as it is then. Media that hold nothing have no need of it.
   */
  release?(): Promise<void>;
  close(): Promise<void>;
}

/** A table or file of the target, as a system declares it. */
export interface TableSpec {
  /** The name mappings use. */
  readonly name: string;
  /** The real name, parameters filled in. */
  readonly table: string;
  /** The column of the generated id; absent where rows have none. */
  readonly id?: string | undefined;
  readonly columns: readonly Column[];
  /** `table.column` of rows that hang on this table's id; the table `*` is every table that has the column. */
  readonly dependents: readonly { readonly table: string; readonly column: string }[];
  /** Tables that `*` does not mean: what they hold on a row is no reason to keep it. */
  readonly bystanders?: readonly string[] | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A value as it is handed to the target. */
export type TargetValue = string | number | bigint | boolean | Uint8Array | null;

/** New rows of one table, column by column name; all rows have the same columns. */
export interface Insert {
  readonly table: TableSpec;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly TargetValue[])[];
}

/** Changes to one row found by `where` (its id or natural key). */
export interface Update {
  readonly table: TableSpec;
  readonly where: Readonly<Record<string, TargetValue>>;
  readonly set: Readonly<Record<string, TargetValue>>;
}

export interface Delete {
  readonly table: TableSpec;
  readonly where: Readonly<Record<string, TargetValue>>;
}

/** What is applied in one transaction: inserts in order, then updates, then deletes in order. */
export interface WriteBatch {
  readonly inserts: readonly Insert[];
  readonly updates: readonly Update[];
  readonly deletes: readonly Delete[];
}

export interface LoaderCapabilities {
  /** How the loader recognizes its own writes after a crash. */
  readonly recognizes: "reserved-id" | "marker-in-transaction" | "natural-key" | "none";
  readonly undo: "full" | "deactivate" | "none";
  /** A batch is applied whole or not at all. */
  readonly transactional: boolean;
}

/** The target refused a batch: the engine splits it until the offending record is found. */
export class RowRejected extends Error {
  override readonly name = "RowRejected";
  readonly driverCode: string;
  readonly table: string | null;

  constructor(driverCode: string, table: string | null, cause: unknown) {
    super(`the target refused rows (${driverCode})`, { cause });
    this.driverCode = driverCode;
    this.table = table;
  }
}

export interface FindOptions {
  /**
   * Whether what is found has to be final: a connection that was lost may have left a transaction that the
   * server is still about to commit. By default false.
   */
  readonly settled?: boolean | undefined;
}

/** Writes one target through one medium. Batching, retry, checkpoints and undo belong to the engine. */
export interface Loader {
  readonly medium: string;
  readonly capabilities: LoaderCapabilities;
  /** The real columns of the declared tables; a table that is missing has none. */
  describe(tables: readonly TableSpec[]): Promise<ReadonlyMap<string, readonly Column[]>>;
  /** Rows of a plain query on the target: reference tables, conditions, totals. */
  query(sql: string): Promise<readonly Readonly<Record<string, SourceValue>>[]>;
  /** Reserves `count` generated ids of a table and returns the first; nobody else will be given them. */
  reserve(table: TableSpec, count: number): Promise<number>;
  /** The rows whose `by` columns equal one of `keys`, with the named columns. */
  find(
    table: TableSpec,
    by: readonly string[],
    keys: readonly (readonly TargetValue[])[],
    columns: readonly string[],
    options?: FindOptions,
  ): Promise<readonly Readonly<Record<string, SourceValue>>[]>;
  /**
   * The rows whose whole number in the column `by` lies between two, both included, in its order: the
   * values of the named columns. Where most rows between are wanted it is cheaper than `find`; media that
   * would read everything for it leave it out.
   */
  between?(
    table: TableSpec,
    by: string,
    range: readonly [least: number, greatest: number],
    columns: readonly string[],
  ): Promise<readonly (readonly SourceValue[])[]>;
  /**
   * The tables that have rows and one of these columns, under their real names: those that begin as
   * `prefix`, views left out. Media without tables of others have none.
   */
  tablesWithColumn(
    prefix: string,
    columns: readonly string[],
  ): Promise<readonly { readonly table: string; readonly column: string }[]>;
  /** How many rows a table has. Media whose rows nobody else can add to have no need of it. */
  count?(table: TableSpec): Promise<number>;
  /** Which of the values a column holds, each once, however many rows have it. */
  present(table: TableSpec, column: string, values: readonly TargetValue[]): Promise<readonly SourceValue[]>;
  /** Applies a batch in one transaction. Throws RowRejected when rows were refused: then nothing was applied. */
  apply(batch: WriteBatch): Promise<void>;
  /**
   * Keeps other Cutovers from writing to the target until this one is closed: what one finds there before it
   * writes, another must not make meanwhile. Media that see to it otherwise have no need of it.
   *
   * @throws CutoverError `target-busy`, to be tried again
   */
  claim?(): Promise<void>;
  /**
   * Lets whoever reads the target see what was applied to these tables, by this loader or by one that was
   * killed before it could. Media whose every batch can be seen at once have no need of it.
   */
  publish?(tables: readonly TableSpec[]): Promise<void>;
  close(): Promise<void>;
}
