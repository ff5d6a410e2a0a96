import { entities, type Kind, type TargetValue } from "@cutover/model";
import type { OutgoingColumns, PlainRows, PlainWay, RowColumns, TargetContext } from "../contract.js";
import type { CompileContext, ExpressionDef, OutboundDef } from "../definition.js";
import { expressionNames, keyNames } from "../lint/usage.js";
import { remembered } from "../remembered.js";
import { Scope } from "../scope.js";
import { failed, type Value } from "../value.js";
import { Conditions, type Condition } from "./condition.js";
import type { KeyMaker } from "./key.js";
import { Problems } from "./problems.js";
import { targetNames } from "./target-names.js";
import type { Setter, WriteItemOp, WriteOp } from "./writes.js";

/** What is computed of a page: records of which something might be said are marked. */
interface Page {
  readonly columns: OutgoingColumns;
  readonly marks: Uint8Array;
}

/** The places of records; null: of all. */
type Places = RowColumns["of"];

/** Gives what a column holds of records. */
type Fill = (page: Page, of: Places) => readonly TargetValue[];

interface PlainColumn {
  readonly name: string;
  /** The field it comes of; null where it is the same for all. */
  readonly field: string | null;
  readonly fill: Fill;
  /** Whether the column takes whatever its field may have. */
  readonly takesAll: boolean;
}

interface PlainWrite {
  readonly op: WriteOp;
  readonly when: Condition | null;
  readonly columns: readonly PlainColumn[];
  /** The places of the columns that the target's key is made of; null where nothing of the row is in it. */
  readonly inKey: readonly number[] | null;
}

/**
 * Compiles the short way of a mapping: null where rows are shared, repeated or made of one another, or a column
 * of several fields.
 */
export function compilePlain(
  def: OutboundDef,
  context: CompileContext,
  ops: readonly WriteItemOp[],
  key: KeyMaker,
): PlainWay | null {
  // Who traces the steps wants to be told of each record anew.
  if (context.trace !== undefined) return null;
  const inKey = keyColumns(def, ops);
  if (inKey === null) return null;
  const writes: PlainWrite[] = [];
  for (const op of ops) {
    const write = op.kind === "each" || op.def.role === "shared" ? null : plainWrite(def, context, op, inKey);
    if (write === null) return null;
    writes.push(write);
  }
  const conditions = [def.when, ...def.exclude.map(({ when }) => when)].flatMap((expression) => {
    const condition = expression === null ? null : ofFields(def, context, expression);
    return condition === null ? [] : [condition];
  });
  const { fields } = entities[def.entity];
  const names = [
    ...[def.when, ...def.exclude.map(({ when }) => when)].flatMap(expressionNames),
    ...writes.flatMap(({ op, columns }) => [
      ...expressionNames(op.def.when),
      ...columns.flatMap(({ takesAll, field }) => (takesAll ? [] : (field ?? []))),
    ]),
  ];
  const scope = new Scope();
  /** Marks the records of which a condition of the mapping cannot be told. */
  const begin = (columns: OutgoingColumns): Page => {
    const page = { columns, marks: new Uint8Array(columns.length) };
    for (const condition of conditions) mark(page, condition, scope);
    return page;
  };
  const makeKeys = keyMaker(writes, key);
  return {
    reads: new Set(names.map((name) => name.split(".")[0]!).filter((name) => Object.hasOwn(fields, name))),
    byField: conditions.length === 0 && writes.every(({ when }) => when === null),
    trial: (columns, among) => {
      const page = begin(columns);
      for (const write of writes) {
        const of = placesOf(write, page, scope);
        for (const { fill, takesAll, field } of write.columns) {
          if (!takesAll && (among === undefined || among.has(field ?? ""))) fill(page, of);
        }
      }
      return page.marks;
    },
    rows: (columns, nextId) => {
      if (makeKeys === null) return null;
      const page = begin(columns);
      const rows = writes.map((write) => rowsOf(write, page, scope));
      if (page.marks.includes(1)) return null;
      return withKeys(rows, columns.length, nextId, makeKeys);
    },
  };
}

/** Marks records of which a condition cannot be told, and gives those where it holds. */
function mark({ columns, marks }: Page, condition: Condition, scope: Scope): number[] {
  const holds: number[] = [];
  for (let place = 0; place < columns.length; place += 1) {
    scope.out = columns.out(place);
    const held = condition(scope);
    if (held === null) marks[place] = 1;
    else if (held) holds.push(place);
  }
  scope.takeIssues();
  return holds;
}

/** The records that a row is written of. */
function placesOf({ when, inKey }: PlainWrite, page: Page, scope: Scope): Places {
  if (when === null) return null;
  const of = mark(page, when, scope);
  if (inKey !== null && of.length < page.marks.length) {
    const held = new Set(of);
    page.marks.forEach((_, place) => {
      if (!held.has(place)) page.marks[place] = 1;
    });
  }
  return of;
}

type Rows = Omit<RowColumns, "ids"> & { readonly op: WriteOp };

function rowsOf(write: PlainWrite, page: Page, scope: Scope): Rows {
  const { op, columns } = write;
  const of = placesOf(write, page, scope);
  return {
    op,
    table: op.table,
    of,
    columns: columns.map(({ name }) => name),
    values: columns.map(({ fill }) => fill(page, of)),
    find: op.find,
  };
}

type MakeKeys = (rows: readonly RowColumns[], count: number) => readonly string[] | null;

function withKeys(
  rows: readonly Rows[],
  count: number,
  nextId: TargetContext["nextId"],
  makeKeys: MakeKeys,
): PlainRows | null {
  const whole = rows.map(({ op: { def, table }, ...row }): RowColumns => {
    const isOwn = def.role === "primary" && table.id !== undefined;
    const length = row.of?.length ?? count;
    return { ...row, ids: isOwn ? Array.from({ length }, () => nextId(table)) : null };
  });
  const targetKeys = makeKeys(whole, count);
  return targetKeys === null ? null : { targetKeys, rows: whole };
}

/** A function that makes the target's keys of rows; null where it cannot be told which row a name of the key is. */
function keyMaker(writes: readonly PlainWrite[], key: KeyMaker): MakeKeys | null {
  const named = writes.flatMap(({ op, columns, inKey }, i) =>
    inKey === null ? [] : [{ i, index: op.index, places: inKey, names: columns.map(({ name }) => name) }],
  );
  const aliases = writes.map(({ op }) => op.def.as);
  if (new Set(aliases).size < aliases.length) return null;
  const scope = new Scope();
  return (rows, count) => {
    const keys: string[] = [];
    for (let place = 0; place < count; place += 1) {
      for (const { i, index, places, names } of named) {
        const { values: columns, ids } = rows[i]!;
        const values: Record<string, TargetValue> = {};
        for (const k of places) values[names[k]!] = columns[k]![place]!;
        scope.bound[index] = { values, id: ids?.[place] ?? null, isNew: true };
      }
      const made = key(scope);
      if (made === null) return null;
      keys.push(made);
    }
    return keys;
  };
}

/** The columns, `alias.column`, that the target's key is made of, `alias.` for an id; null where other things are in it. */
function keyColumns(def: OutboundDef, ops: readonly WriteItemOp[]): ReadonlySet<string> | null {
  const columns = new Set<string>();
  for (const name of keyNames(def.key)) {
    const [alias, column] = name.split(".") as [string, string?];
    const op = ops.find((each): each is WriteOp => each.kind === "write" && each.def.as === alias);
    if (op === undefined || column === undefined) return null;
    const isId = op.def.role === "primary" && column === op.table.id;
    if (!isId && !op.setters.some((setter) => setter.column === column)) return null;
    columns.add(isId ? `${alias}.` : name);
  }
  return columns;
}

function plainWrite(
  def: OutboundDef,
  context: CompileContext,
  op: WriteOp,
  inKey: ReadonlySet<string>,
): PlainWrite | null {
  const when = op.def.when === null ? null : ofFields(def, context, op.def.when);
  if (when === null && op.def.when !== null) return null;
  const columns: PlainColumn[] = [];
  const ownInKey: number[] = [];
  for (const setter of op.setters) {
    const isKey = inKey.has(`${op.def.as}.${setter.column}`);
    const fill = fillOf(setter, isKey);
    if (fill === null) return null;
    if (isKey) ownInKey.push(columns.length);
    const field = setter.pipeline.isConstant ? null : (setter.pipeline.origin?.field ?? null);
    columns.push({ name: setter.column, field, fill, takesAll: !isKey && takesAll(setter) });
  }
  const isInKey = ownInKey.length > 0 || inKey.has(`${op.def.as}.`);
  return { op, when, columns, inKey: isInKey ? ownInKey : null };
}

/** A condition that asks for the record's fields alone, which it can be told of without rows. */
function ofFields(def: OutboundDef, context: CompileContext, expression: ExpressionDef): Condition | null {
  const quiet = new Problems();
  const names = targetNames(def.entity, context.parameters, []);
  const condition = new Conditions(names, quiet).compile(expression, "when");
  return quiet.found.length > 0 ? null : condition;
}

/** Whether the column takes whatever canonical value its field may have, and none. */
function takesAll({ pipeline, slot: { def } }: Setter): boolean {
  const { origin, when } = pipeline;
  const field = origin?.declared;
  if (field === undefined || field.entity !== undefined || when !== null || !def.nullable) return false;
  if (def.type === "decimal") return field.kind === "decimal" && pipeline.steps.length === 0;
  if (def.type !== "text" || !isText.has(field.kind)) return false;
  const most = pipeline.steps.map(({ compiled }) => compiled.atMost ?? Infinity);
  if (most.includes(Infinity)) return false;
  return Math.min(field.maxLength ?? Infinity, ...most) <= (def.maxLength ?? Infinity);
}

const isText: ReadonlySet<Kind> = new Set(["text", "one of", "date", "instant", "moment", "duration"]);

/** A column that comes of one field by steps that look at nothing else, or is the same for all; null for others. */
function fillOf(setter: Setter, isKey: boolean): Fill | null {
  const { origin, when, isConstant, steps } = setter.pipeline;
  if (when !== null || !steps.every(({ alone }) => alone)) return null;
  const { slot, pipeline } = setter;
  const scope = new Scope();
  /** What the column holds; `undefined` where something is to be said of it. */
  const stored = (value: Value | typeof failed): TargetValue | undefined => {
    const held = value === failed ? null : slot.put(value, scope);
    if (scope.hasIssues) {
      scope.takeIssues();
      return undefined;
    }
    return isKey && (held === null || held === "") ? undefined : held;
  };
  if (isConstant) {
    const held = stored(pipeline.run(scope));
    return held === undefined
      ? null
      : ({ columns }, of) => Array.from({ length: of?.length ?? columns.length }, () => held);
  }
  const field = origin?.field;
  if (field === undefined) return null;
  const make = (value: Value): TargetValue | undefined => stored(pipeline.through(value, scope));
  const put = steps.length === 0 ? make : remembered(make);
  if (origin!.declared?.entity === undefined) {
    return ({ columns, marks }, of) => filled(columns.values(field), of, marks, put);
  }
  return ({ columns, marks }, of) => {
    const keys = columns.targetKeys(field);
    // What is referred to and has no key may still get one: that is not told here.
    if (keys.includes(null)) {
      const told = columns.values(field);
      for (let i = 0; i < keys.length; i += 1) if (keys[i] === null && told[i] !== null) marks[i] = 1;
    }
    return filled(keys, of, marks, put);
  };
}

function filled(
  given: readonly Value[],
  of: Places,
  marks: Uint8Array,
  put: (value: Value) => TargetValue | undefined,
): readonly TargetValue[] {
  const stored: TargetValue[] = [];
  const length = of?.length ?? given.length;
  for (let i = 0; i < length; i += 1) {
    const place = of === null ? i : of[i]!;
    const value = put(given[place]!);
    if (value === undefined) marks[place] = 1;
    stored.push(value ?? null);
  }
  return stored;
}
