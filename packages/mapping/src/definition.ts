import type {
  Column,
  EntityName,
  ExtractSpec,
  Position,
  Problem,
  SourceValue,
  TableSpec,
} from "@cutover/model";
import type {
  Cardinality,
  Condition,
  InboundMapping,
  OutboundMapping,
  Reference,
  System,
  Total,
} from "./contract.js";

/**
 * A system's definition as it was parsed: overrides merged, parameters filled in, structure checked,
 * every part with its place in the file. Names are not yet resolved: lint and compile do that.
 */
export interface SystemDef {
  readonly at: Position;
  readonly name: string;
  readonly title: string;
  readonly medium: string;
  readonly parameters: ReadonlyMap<string, ParameterDef>;
  readonly extracts: ReadonlyMap<string, ExtractDef>;
  readonly tables: ReadonlyMap<string, TableDef>;
  readonly references: ReadonlyMap<string, ReferenceDef>;
  /** Rows by table that a target holds before anything is loaded; for scratch databases, never for a real one. */
  readonly fresh: ReadonlyMap<string, readonly Readonly<Record<string, string | number | boolean | null>>[]>;
  readonly before: readonly Condition[];
  readonly after: readonly Condition[];
  readonly totals: readonly Total[];
  readonly inbound: readonly InboundDef[];
  readonly outbound: readonly OutboundDef[];
}

export interface ParameterDef {
  readonly name: string;
  /** The value in effect. */
  readonly value: string | number | boolean;
  readonly because: string | null;
  readonly at: Position;
}

export interface ExtractDef {
  readonly spec: ExtractSpec;
  /** Columns no mapping of this extract has to use, with reasons. */
  readonly ignore: ReadonlyMap<string, Ignored>;
  readonly at: Position;
}

export interface Ignored {
  readonly because: string;
  readonly at: Position;
}

export interface TableDef {
  readonly spec: TableSpec;
  /** What a row is, in a few words, for whoever does not know the table; null where nobody says. */
  readonly holds: string | null;
  readonly columns: ReadonlyMap<string, TableColumnDef>;
  readonly at: Position;
}

export interface TableColumnDef extends Column {
  /** The type as it was written: `decimal(10,5)`. */
  readonly sqlType: string;
  /** Digits after the point, for decimals. */
  readonly scale: number | null;
  /** The declared default; undefined where there is none. */
  readonly default?: string | number | null | undefined;
  readonly at: Position;
}

export interface ReferenceDef extends Reference {
  /** Rows that stand in for the target's when examples are run. */
  readonly examples: readonly Readonly<Record<string, SourceValue>>[];
  readonly at: Position;
}

/** A CEL text and where it stands. */
export interface ExpressionDef {
  readonly text: string;
  readonly at: Position;
}

/** A rule that excludes records. */
export interface RuleDef {
  readonly rule: string;
  readonly when: ExpressionDef;
  readonly because: string;
  readonly at: Position;
}

/** Names joined with `|` (`|` and `\` escaped by `\`), or a template: `badge:{id}`. */
export type KeyDef =
  | { readonly kind: "names"; readonly names: readonly NameDef[]; readonly at: Position }
  | { readonly kind: "template"; readonly template: string; readonly at: Position };

/** A name as it was written: `idnumber`, `course.id`, `item.value`. */
export interface NameDef {
  readonly name: string;
  readonly at: Position;
}

export interface FieldDef {
  /** Canonical field, or column of a table. */
  readonly name: string;
  readonly at: Position;
  readonly pipeline: PipelineDef;
}

/**
 * How one value comes about. Where `when` does not hold it is null. It begins with what `from` names, or
 * with the constant `value`, or with the first of `cases` that holds, or with the maps of `merge` laid over one
 * another, or, with none of these, with null (a step such as `template` may need nothing). Then each step is applied in order.
 */
export interface PipelineDef {
  readonly at: Position;
  readonly when: ExpressionDef | null;
  readonly from: FromDef | null;
  readonly value: ConstantDef | null;
  readonly cases: readonly PipelineDef[] | null;
  /** Each gives a map or null; where two have a member of one name, the later one's is taken. */
  readonly merge: readonly PipelineDef[] | null;
  readonly steps: readonly StepDef[];
  /** Written in a second pass, when what it refers to exists. */
  readonly later: boolean;
  /** `otherwise: keep` of a projection and the like are options of a step; this is the reviewer's reason. */
  readonly because: string | null;
}

export interface FromDef {
  readonly names: readonly NameDef[];
  /** `from: [a]` begins with a list, even of one; `from: a` with the value itself. */
  readonly list: boolean;
  readonly at: Position;
}

export interface ConstantDef {
  /** Plain data: text, number, boolean, null, list or map of these. */
  readonly constant: unknown;
  readonly at: Position;
}

export interface StepDef {
  readonly name: string;
  /** Plain data, objects without prototype surprises, valid by the step's schema; `param.x` is filled in. */
  readonly arg: unknown;
  /** Sibling keys that belong to the step: `zone`, `otherwise`, `as`, `day`. Valid by the step's schemas. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The steps its argument lists, where it is a step of steps (`values: [{ epoch: seconds }]`). */
  readonly inner: readonly StepDef[] | null;
  /** Its structure is at fault, which was told already: the mapping is linted, and not compiled. */
  readonly faulty: boolean;
  /** Of the step's name. */
  readonly at: Position;
  /** Of the parts of its argument and options, by JSON pointer: `/map/Completed`, `/otherwise`, `/lookup/by/id`. */
  readonly positions: ReadonlyMap<string, Position>;
}

export interface CheckDef {
  readonly name: string | null;
  readonly that: ExpressionDef;
  readonly because: string;
  readonly otherwise: "flag" | "warning";
  readonly at: Position;
}

export interface InboundDef {
  /** `moodle/users` */
  readonly name: string;
  readonly file: string;
  readonly at: Position;
  readonly extract: ExtractDef;
  readonly entity: EntityName;
  readonly key: KeyDef;
  readonly exclude: readonly RuleDef[];
  readonly fields: readonly FieldDef[];
  readonly ignore: ReadonlyMap<string, Ignored>;
  readonly checks: readonly CheckDef[];
  readonly examples: readonly InboundExampleDef[];
}

export interface InboundExampleDef {
  readonly name: string;
  /** Columns by name, as the source would hand them over; those not given are null. */
  readonly given: Readonly<Record<string, SourceValue>>;
  readonly expect: Readonly<Record<string, unknown>> | null;
  /** The key the record gets. */
  readonly key: string | null;
  readonly excluded: string | null;
  readonly issues: readonly string[] | null;
  /** Parameters that differ for this example. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  readonly at: Position;
  readonly positions: ReadonlyMap<string, Position>;
}

/** Rows of one table; the first that is not `shared` is the record's own. */
export interface WriteDef {
  readonly kind: "write";
  readonly table: TableDef;
  /** By which later pipelines name its row: `user.id`; the table's name unless `as` says otherwise. */
  readonly as: string;
  readonly role: "primary" | "shared" | "secondary";
  readonly when: ExpressionDef | null;
  readonly find: readonly NameDef[] | null;
  readonly set: readonly FieldDef[];
  readonly onlyNew: readonly NameDef[];
  /** Of a shared row: columns in which one that is there must be as it would have been made. */
  readonly same: readonly NameDef[];
  readonly at: Position;
}

/** Repeats its writes for every item of a list or map field, or every row of a reference table. */
export interface EachDef {
  readonly kind: "each";
  readonly over:
    | { readonly kind: "field"; readonly field: string; readonly at: Position }
    | { readonly kind: "reference"; readonly reference: ReferenceDef; readonly at: Position };
  /** `item` unless `as` says otherwise: `item.value`, `item.key`, `item.index`, or a reference's columns. */
  readonly as: string;
  /** Equalities on a reference's columns. */
  readonly where: readonly FieldDef[];
  readonly when: ExpressionDef | null;
  readonly writes: readonly WriteItemDef[];
  readonly at: Position;
}

export type WriteItemDef = WriteDef | EachDef;

export interface OutboundDef {
  readonly name: string;
  readonly file: string;
  readonly at: Position;
  readonly entity: EntityName;
  readonly when: ExpressionDef | null;
  readonly exclude: readonly RuleDef[];
  readonly one: (Cardinality & { readonly at: Position }) | null;
  readonly key: KeyDef;
  readonly keepOnUpdate: readonly NameDef[];
  readonly writes: readonly WriteItemDef[];
  /** Canonical to canonical, where it cannot be derived from the writes. */
  readonly projection: readonly FieldDef[];
  readonly noSlot: ReadonlyMap<string, Ignored>;
  readonly overwritten: ReadonlyMap<string, Ignored>;
  readonly examples: readonly OutboundExampleDef[];
}

export interface OutboundExampleDef {
  readonly name: string;
  /** Canonical fields; references as the target's keys. */
  readonly given: Readonly<Record<string, unknown>>;
  /** By table: the columns of its row, or of its rows in order. */
  readonly expect: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> | null;
  /** What will be read back, as far as it is told. */
  readonly projected: Readonly<Record<string, unknown>> | null;
  readonly key: string | null;
  readonly excluded: string | null;
  readonly issues: readonly string[] | null;
  /** Parameters that differ for this example. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
  /** Rows of reference tables for this example, in place of those the system declares. */
  readonly references: Readonly<Record<string, readonly Readonly<Record<string, SourceValue>>[]>>;
  /** By table: rows that the target has already, where rows are shared. */
  readonly there: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  readonly at: Position;
  readonly positions: ReadonlyMap<string, Position>;
}

/** Told what happens inside a mapping while it maps: for examples' coverage and for the preview. */
export interface Trace {
  /** A step was applied; `field` is the canonical field or `table.column` it works for. */
  step(field: string, step: StepDef, input: unknown, output: unknown): void;
  rule(rule: RuleDef, excluded: boolean): void;
  check(check: CheckDef, held: boolean): void;
}

/** What compiling a mapping may look at. */
export interface CompileContext {
  readonly system: SystemDef;
  /** `param.x` in expressions. */
  readonly parameters: System["parameters"];
  readonly trace?: Trace | undefined;
}

/** A compiled mapping, or null and all that is wrong with it. */
export interface Compiled<M> {
  readonly mapping: M | null;
  readonly problems: readonly Problem[];
}

/** `src/compile/inbound.ts` exports `compileInbound`, `src/compile/outbound.ts` exports `compileOutbound`. */
export type CompileInbound = (def: InboundDef, context: CompileContext) => Compiled<InboundMapping>;
export type CompileOutbound = (def: OutboundDef, context: CompileContext) => Compiled<OutboundMapping>;

/** What a step's documentation and its editor schema need of it; `src/steps/index.ts` exports `steps`. */
export interface StepInfo {
  readonly name: string;
  readonly version: number;
  /** A sentence or two for the reference page. */
  readonly doc: string;
  /** JSON Schema (2020-12) of its argument. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** Sibling keys that belong to it, each with its schema. */
  readonly options: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Its argument is a list of steps, which are parsed into `StepDef.inner`; `schema` need not describe them. */
  readonly ofSteps?: boolean | undefined;
  /** Names of columns, fields or aliases its argument and options read, with the place of each by JSON pointer. */
  names(step: StepDef): readonly { readonly name: string; readonly pointer: string }[];
  /** For `cutover explain`: what it does, as the continuation of a sentence: `cut to 100 characters`. */
  explain(step: StepDef): string;
}
