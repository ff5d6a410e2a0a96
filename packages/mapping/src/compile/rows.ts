import type { TableSpec, TargetValue } from "@cutover/model";
import type { OutRow } from "../contract.js";
import type { Scope } from "../scope.js";
import { failed } from "../value.js";
import { coerceToColumn } from "./coerce.js";
import type { Condition } from "./condition.js";
import { isThere } from "../map-entry.js";
import type { EachOp, Setter, WriteItemOp, WriteOp } from "./writes.js";

type Values = Record<string, TargetValue>;

/** A shared row that a record makes: its natural key, and its columns with the id. */
interface Made {
  readonly table: TableSpec;
  readonly find: Values;
  readonly row: Values;
}

/** What computing one record's rows shares. */
export interface Writing {
  readonly scope: Scope;
  readonly rows: OutRow[];
  /** Of the record's own row: null where a new one is to be made. */
  readonly targetKey: string | null;
  readonly existingId: number | null;
  /** Shared rows this record makes: the target is told of them once the record is known to be whole. */
  readonly made: Made[];
}

/** Computes the rows, in order. */
export function write(ops: readonly WriteItemOp[], writing: Writing): void {
  for (const op of ops) {
    if (op.kind === "each") writeEach(op, writing);
    else writeRow(op, writing);
  }
}

function holds(when: Condition | null, scope: Scope): boolean {
  if (when === null) return true;
  scope.field = null;
  return when(scope) === true;
}

function writeEach(op: EachOp, writing: Writing): void {
  const { scope } = writing;
  scope.field = null;
  for (const index of op.inside) scope.bound[index] = null;
  if (op.rows !== null) {
    for (const values of op.rows(scope)) {
      scope.bound[op.index] = { values, id: null, isNew: false };
      if (holds(op.when, scope)) write(op.ops, writing);
    }
    scope.bound[op.index] = null;
    return;
  }
  for (const item of op.items(scope) ?? []) {
    scope.items[op.index] = item;
    if (holds(op.when, scope)) write(op.ops, writing);
  }
  scope.items[op.index] = null;
}

function writeRow(op: WriteOp, writing: Writing): void {
  if (!holds(op.when, writing.scope)) return;
  if (op.def.role === "shared") writeShared(op, writing);
  else writeOwn(op, writing);
}

function writeOwn(op: WriteOp, writing: Writing): void {
  const { table, find, setters, index, entries } = op;
  const { role } = op.def;
  const { scope, targetKey, existingId } = writing;
  const isNew = role === "primary" && targetKey === null;
  let id: number | null = null;
  if (role === "primary" && table.id !== undefined) id = isNew ? scope.target!.nextId(table) : existingId;
  const values: Values = {};
  scope.selfId = id;
  for (const setter of setters) put(setter, values, scope);
  scope.bound[index] = { values, id, isNew };
  const key = find === null ? null : pick(values, find);
  const unsaid = entries.length === 0 ? [] : entries.filter(({ entry }) => !isThere(entry, scope.out.record));
  const onlyNew = unsaid.length === 0 ? op.onlyNew : [...op.onlyNew, ...unsaid.map(({ column }) => column)];
  writing.rows.push({ table, role, id, exists: false, find: key, values, onlyNew });
}

/** A shared row is looked for by its natural key before its other columns are computed. */
function writeShared(op: WriteOp, writing: Writing): void {
  const { table, find, setters, keyed, index, onlyNew, same } = op;
  const { scope, made, rows } = writing;
  const values: Values = {};
  scope.selfId = null;
  for (let i = 0; i < keyed; i += 1) put(setters[i]!, values, scope);
  const key = pick(values, find ?? []);
  const found = madeBefore(made, table, key) ?? scope.target!.shared(table, key);
  if (found !== null) {
    const id = table.id === undefined ? null : Number(found[table.id] ?? Number.NaN);
    scope.bound[index] = { values: found, id, isNew: false };
    for (const setter of same) requireSame(setter, found, scope);
    rows.push({ table, role: "shared", id, exists: true, find: key, values, onlyNew });
    return;
  }
  const id = table.id === undefined ? null : scope.target!.nextId(table);
  scope.selfId = id;
  for (let i = keyed; i < setters.length; i += 1) put(setters[i]!, values, scope);
  scope.bound[index] = { values, id, isNew: true };
  made.push({ table, find: key, row: table.id === undefined ? values : { ...values, [table.id]: id } });
  rows.push({ table, role: "shared", id, exists: false, find: key, values, onlyNew });
}

/** A shared row is never changed: a record that needs another value in it cannot be written as it is. */
function requireSame(setter: Setter, found: Values, scope: Scope): void {
  const wanted: Values = {};
  put(setter, wanted, scope);
  const { column, slot, field } = setter;
  const { type, scale } = slot.def;
  if (coerceToColumn(found[column] ?? null, type, scale) === wanted[column]) return;
  scope.field = field;
  scope.note("no-target-value", "flag", `the target has another ${slot.label}`);
}

function put({ column, slot, run, field }: Setter, values: Values, scope: Scope): void {
  scope.field = field;
  const value = run(scope);
  values[column] = value === failed ? null : slot.put(value, scope);
}

function madeBefore(made: readonly Made[], table: TableSpec, find: Values): Values | null {
  if (made.length === 0) return null;
  const names = Object.keys(find);
  const found = made.find(
    (each) => each.table === table && names.every((name) => each.find[name] === find[name]),
  );
  return found?.row ?? null;
}

function pick(values: Values, columns: readonly string[]): Values {
  const picked: Values = {};
  for (const column of columns) picked[column] = values[column] ?? null;
  return picked;
}
