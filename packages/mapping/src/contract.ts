import type {
  CanonicalRecord,
  CanonicalValue,
  Column,
  EntityName,
  ExtractSpec,
  Fidelity,
  IssueCode,
  SourceValue,
  TableSpec,
  TargetValue,
} from "@cutover/model";

/** An issue as a mapping finds it; the caller adds entity, mapping and key. */
export interface FoundIssue {
  readonly code: IssueCode;
  readonly severity: "flag" | "warning";
  readonly field: string | null;
  readonly note: string | null;
}

/** What an inbound mapping makes of one source row. */
export interface Mapped {
  /** The source's key of the record; null where it could not be made (`missing-key`). */
  readonly key: string | null;
  /** The name of the rule that excludes the row; then there is no record. */
  readonly excluded: string | null;
  readonly record: CanonicalRecord | null;
  readonly issues: readonly FoundIssue[];
}

/** What it makes of many rows, field by field. */
export interface MappedPage {
  readonly keys: readonly (string | null)[];
  /** Of each of the mapping's `fields` the rows' values; null where a row has no record. */
  readonly values: readonly (readonly CanonicalValue[])[];
  /** By their places, the rows of which more is to be said; all without a key or a record are among them. */
  readonly said: ReadonlyMap<number, SaidOfRow>;
}

export interface SaidOfRow extends Pick<Mapped, "excluded" | "issues"> {
  /** Whether there is a record. */
  readonly isMapped: boolean;
}

export interface InboundMapping {
  /** `moodle/users` */
  readonly name: string;
  readonly entity: EntityName;
  readonly file: string;
  readonly extract: ExtractSpec;
  /** Canonical fields it fills. */
  readonly fields: readonly string[];
  /** Columns of the extract each of them comes from. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** Rules that exclude, by name, with their reasons. */
  readonly exclusions: ReadonlyMap<string, string>;
  map(row: readonly SourceValue[]): Mapped;
  /** The same of many rows, without making records. */
  page(rows: readonly (readonly SourceValue[])[]): MappedPage;
  /** How its key is made of columns. */
  readonly key: RowKey;
}

/** How a record's key is made of a row's columns, and what of a row a key tells. */
export interface RowKey {
  /** Columns of the extract the key is made of. */
  readonly columns: readonly string[];
  /** The key of a row in which at least these columns are filled; null where it cannot be made. */
  of(row: readonly SourceValue[]): string | null;
  /** The values of the columns in a key, as text in their order; null where they cannot be told from it. */
  parts(key: string): readonly string[] | null;
}

/** A canonical record on its way out: what its references are called in the target, where they exist there. */
export interface Outgoing {
  readonly record: CanonicalRecord;
  /** Target key of each `ref` field, target keys of each `refs` field; null where the target has none. */
  readonly targetKeys: Readonly<Record<string, string | readonly string[] | null>>;
}

/** What will be read back: refs are target keys. */
export interface Projection {
  readonly record: CanonicalRecord;
  /** Fields the projection changes, each with the rule that does: `truncate: 255 (moodle/users → user.lastname)`. */
  readonly explained: ReadonlyMap<string, string>;
  /** Fields the target overwrites: not compared, each with its reason. */
  readonly ignored: ReadonlyMap<string, string>;
}

/** What will be read back of single fields, whatever else the record has; references are target keys. */
export interface ByValue {
  /** Fields of which it can be told, with what a value will read back as. */
  readonly fields: ReadonlyMap<string, (value: CanonicalValue) => CanonicalValue>;
  /** Fields the target overwrites, as in every projection. */
  readonly ignored: Projection["ignored"];
}

export interface FieldFidelity {
  readonly fidelity: Fidelity;
  /** `user.lastname`, where it is kept. */
  readonly column: string | null;
  /** Why not, or what is lost on the way. */
  readonly because: string | null;
  /** What its steps lose, one by one, where the mapping gives no reason of its own. */
  readonly losses: readonly string[];
}

/** A row an outbound mapping wants in the target. */
export interface OutRow {
  readonly table: TableSpec;
  /**
   * primary: the record's own row, whose identity is in the crosswalk;
   * shared: found by natural key or made once, never changed (a category, an enrolment method);
   * secondary: belongs to the record, found by natural key, made or changed with it.
   */
  readonly role: "primary" | "shared" | "secondary";
  /** Generated id: known for primary and shared rows of tables that have one; for secondary rows the engine finds or reserves it. */
  readonly id: number | null;
  /** A shared row that exists already is not written again. */
  readonly exists: boolean;
  /** Natural key. */
  readonly find: Readonly<Record<string, TargetValue>> | null;
  /** Columns written; never the generated id, which is `id`. */
  readonly values: Readonly<Record<string, TargetValue>>;
  /** Columns written only when the row is made, never when it is changed. */
  readonly onlyNew: readonly string[];
}

export interface Rows {
  /** The key the target's inbound mapping will give the record. */
  readonly targetKey: string;
  readonly rows: readonly OutRow[];
  readonly issues: readonly FoundIssue[];
  /** Fields whose reference has no target key yet and that are written in the second pass. */
  readonly deferred: readonly string[];
}

/** What computing rows may ask of the target; all answers are in memory. */
export interface TargetContext {
  /** A fresh id of the table. Throws IdsExhausted when none is left in the reserve: reserve more and compute again. */
  nextId(table: TableSpec): number;
  /** Rows of a declared reference whose columns equal `by`. */
  reference(
    name: string,
    by: Readonly<Record<string, TargetValue>>,
  ): readonly Readonly<Record<string, SourceValue>>[];
  /** A shared row that exists or was made earlier in this run, by its natural key; null when there is none. */
  shared(
    table: TableSpec,
    find: Readonly<Record<string, TargetValue>>,
  ): Readonly<Record<string, TargetValue>> | null;
  /** Remembers a shared row that is about to be written; told only of records without flags, after all their rows. */
  share(
    table: TableSpec,
    find: Readonly<Record<string, TargetValue>>,
    row: Readonly<Record<string, TargetValue>>,
  ): void;
}

export class IdsExhausted extends Error {
  override readonly name = "IdsExhausted";
  readonly table: TableSpec;
  constructor(table: TableSpec) {
    super(`no reserved id left for ${table.name}`);
    this.table = table;
  }
}

/** The target keeps fewer records than the source has: one for each value of `by`. */
export interface Cardinality {
  readonly rule: string;
  readonly by: readonly string[];
  /** Which one stays: the first in this order. */
  readonly keep: readonly {
    readonly field: string;
    readonly order: "asc" | "desc";
    /** The best first; values in a list of their own are equal in rank. */
    readonly values?: readonly (string | readonly string[])[];
  }[];
  readonly because: string;
}

/** A table of shared rows, as `TargetContext.shared` is asked for them. */
export interface SharedTable {
  readonly table: TableSpec;
  /** Columns of the natural key. */
  readonly find: readonly string[];
  /** Columns that a row has to have when it is answered: later rows may name them. */
  readonly columns: readonly string[];
}

/** Records on their way out, field by field: each list has what all of them have, in their order. */
export interface OutgoingColumns {
  readonly length: number;
  values(field: string): readonly CanonicalValue[];
  /** What the target calls the records that a reference leads to. */
  targetKeys(field: string): readonly (string | readonly string[] | null)[];
  /** One of the records. */
  out(place: number): Outgoing;
}

/** New rows of one table, column by column: of each record one at most. */
export interface RowColumns {
  readonly table: TableSpec;
  /** The places of the records that have one; null: all do. */
  readonly of: readonly number[] | null;
  /** Generated ids, where the row is the record's own and its table has them. */
  readonly ids: readonly number[] | null;
  /** Columns written, in their order; never the generated id. */
  readonly columns: readonly string[];
  /** What the rows have in them, in the same order. */
  readonly values: readonly (readonly TargetValue[])[];
  /** Natural key. */
  readonly find: readonly string[] | null;
}

/** The rows of records that the target does not have yet. */
export interface PlainRows {
  /** As in `Rows`, of each record. */
  readonly targetKeys: readonly string[];
  readonly rows: readonly RowColumns[];
}

/**
 * The short way of a mapping whose rows come of a record's own fields, each column of one of them: column by
 * column, for records that the target does not have yet. It says nothing of what is wrong: of records that it
 * marks, and where it gives nothing, `rows` has to be asked.
 */
export interface PlainWay {
  /** Canonical fields that the trial reads: no others need be filled for it. */
  readonly reads: ReadonlySet<string>;
  /** Whether of a record nothing is asked but its fields, one by one. */
  readonly byField: boolean;
  /**
   * Marks records, by a one in their place, in which `rows` might find something wrong; tells of all others without
   * making rows. Given fields, it looks at what comes of these alone.
   */
  trial(page: OutgoingColumns, among?: ReadonlySet<string>): Uint8Array;
  /** The rows of all records; null where one of them would be marked. Throws IdsExhausted. */
  rows(page: OutgoingColumns, nextId: TargetContext["nextId"]): PlainRows | null;
}

export interface OutboundMapping {
  readonly name: string;
  readonly entity: EntityName;
  readonly file: string;
  /** Tables it writes, in order. */
  readonly tables: readonly TableSpec[];
  readonly exclusions: ReadonlyMap<string, string>;
  readonly cardinality: Cardinality | null;
  /** Canonical fields that are only written when the record is created, and kept as they are on update. */
  readonly keepOnUpdate: ReadonlySet<string>;
  readonly fidelity: ReadonlyMap<string, FieldFidelity>;
  /** Tables of shared rows it asks the target for. */
  readonly shared: readonly SharedTable[];
  /** Whether every record is this mapping's, and it excludes none. */
  readonly takesAll: boolean;
  /** Whether the record is this mapping's (several mappings may share an entity). */
  applies(out: Outgoing): boolean;
  /** The rule that excludes the record, or null. */
  excludes(out: Outgoing): string | null;
  /** Whether it can write the target's record of that key: a key of another form is another kind of record's. */
  writesTo(targetKey: string): boolean;
  /** What will be read back. Throws nothing: a record that cannot be projected has issues in `rows`. */
  project(out: Outgoing): Projection;
  /** The same of single fields, as far as their values alone tell it: many records are looked at this way. */
  readonly byValue: ByValue;
  /** Target rows; `targetKey` is the crosswalk's, for records the target has already. */
  rows(out: Outgoing, targetKey: string | null, context: TargetContext): Rows;
  /** Null where only `rows` can tell. */
  readonly plain: PlainWay | null;
  /** Natural keys of the primary row for records that have no crosswalk yet; null where the mapping declares none. */
  primary: { readonly table: TableSpec; readonly find: readonly string[] | null };
}

/** A condition around a load: proved by a query, or signed by a person. */
export interface Condition {
  readonly name: string;
  readonly because: string;
  /** Proof: a query whose every row must have `ok` = 1. */
  readonly sql: string | null;
  /** What a person does and signs, where no query can prove it; also the remedy when the proof fails. */
  readonly manual: string | null;
  readonly severity: "must" | "should";
}

/** Reference table of the target, loaded into memory. */
export interface Reference {
  readonly name: string;
  readonly sql: string;
  readonly columns: readonly Column[];
}

/** A control total: a plain query on the raw data, past the mappings. See the language's reference. */
export interface Total {
  readonly entity: EntityName;
  readonly sql: string;
}

export interface System {
  readonly name: string;
  readonly title: string;
  readonly medium: string;
  /** Parameters as they are in effect, defaults filled in. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly extracts: readonly ExtractSpec[];
  readonly tables: readonly TableSpec[];
  readonly references: readonly Reference[];
  readonly inbound: readonly InboundMapping[];
  readonly outbound: readonly OutboundMapping[];
  readonly before: readonly Condition[];
  readonly after: readonly Condition[];
  readonly totals: readonly Total[];
  /** SHA-256 (hex) of the whole effective definition: files, overrides, parameters, steps' versions. */
  readonly digest: string;
}
