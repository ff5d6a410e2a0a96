import { entities, sameValue, type CanonicalValue } from "@cutover/model";
import type { FieldFidelity } from "../contract.js";
import type { CompileContext, ExpressionDef, OutboundDef, StepDef } from "../definition.js";
import type { Getter, Item, Scope } from "../scope.js";
import { failed, isMap, type Failed, type Value } from "../value.js";
import { Conditions, type Condition } from "./condition.js";
import { conditionInWords } from "../explain/condition.js";
import { sentence, stepInWords } from "../explain/pipeline.js";
import { steps as allSteps } from "../steps/index.js";
import { compileFinish } from "./finish.js";
import type { Pipeline, PlacedStep } from "./pipeline.js";
import { Problems } from "./problems.js";
import type { ColumnSlot } from "./column.js";
import { eachAlias, fieldNamed, targetNames, type Alias } from "./target-names.js";
import { itemsOf } from "./items.js";
import type { EachOp, Setter, WriteItemOp, WriteOp } from "./writes.js";

/** What one canonical field will read back as, and what becomes of it in words. */
export interface FieldProjection {
  readonly name: string;
  readonly fidelity: FieldFidelity;
  /** The value as it goes out, and as it will come back. */
  readonly before: Getter;
  readonly after: (before: Value, scope: Scope) => Value | Failed;
  /** The rule that made the difference. */
  readonly explain: (before: Value, scope: Scope) => string;
  /** Whether both depend on nothing but the value as it goes out. */
  readonly alone?: boolean;
  /** Whether nothing ever comes back. */
  readonly lost?: boolean;
}

/** A column a field can be read back from. */
export interface Slot {
  readonly field: string;
  readonly setter: Setter;
  readonly write: WriteOp;
  /** The `each` whose items the column holds, where it does not hold the field as a whole. */
  readonly each: EachOp | null;
  /** The first step that cannot be read back. */
  readonly unreadable: StepDef | null;
}

/** Columns of the record's own rows, in the order they are written, that begin with a field or an item of one. */
export function findSlots(ops: readonly WriteItemOp[], around: readonly EachOp[] = []): readonly Slot[] {
  return ops.flatMap((op): readonly Slot[] => {
    if (op.kind === "each") return findSlots(op.ops, [...around, op]);
    if (op.def.role === "shared") return [];
    return op.setters.flatMap((setter): Slot[] => {
      const { origin } = setter.pipeline;
      const field = origin?.field ?? origin?.itemOf;
      if (field === undefined) return [];
      const each =
        origin?.field !== undefined
          ? null
          : around.findLast(({ def: { over } }) => over.kind === "field" && over.field === field);
      if (each === undefined) return [];
      return [{ field, setter, write: op, each, unreadable: firstUnreadable(setter.pipeline) }];
    });
  });
}

function firstUnreadable({ steps }: Pipeline): StepDef | null {
  for (const { back, compiled, def } of steps) {
    if (compiled.opaque === true) return null;
    if (back === null) return def;
  }
  return null;
}

/** Composed from the steps of the pipeline that writes the field, and of the column it is written to. */
export function slotProjection(
  def: OutboundDef,
  context: CompileContext,
  { field, setter, write, each }: Slot,
): FieldProjection {
  const { pipeline, slot } = setter;
  const opaque = pipeline.steps.findIndex(({ compiled }) => compiled.opaque === true);
  const steps = opaque < 0 ? pipeline.steps : pipeline.steps.slice(0, opaque);
  const column = opaque < 0 ? slot : null;
  const { holds, condition, isFree } = compileGuards(def, context, { setter, write, each });
  let unwritten: string | null = null;

  /** There and back through the first `count` steps, and the column where it is given. */
  const throughOne = (value: Value, scope: Scope, count: number, into: ColumnSlot | null): Value | Failed => {
    const written = isFree || holds(scope);
    if (written !== true) return written === null ? failed : null;
    let current = value;
    for (let i = 0; i < count; i += 1) {
      const { step, apply } = steps[i]!;
      if (current === "") current = null;
      if (current === null && !step.takesNull) continue;
      const next = apply(current, scope);
      if (next === failed) return failed;
      current = next;
    }
    if (into !== null) current = into.read(into.put(current, scope));
    for (let i = count - 1; i >= 0 && current !== null; i -= 1) current = steps[i]!.back!(current, scope);
    return current;
  };
  const through = (value: Value, scope: Scope, count: number, into: ColumnSlot | null): Value | Failed =>
    each === null
      ? throughOne(value, scope, count, into)
      : eachMember(value, scope, each.index, (member) => throughOne(member, scope, count, into));

  const where = `(${def.name} → ${slot.label})`;
  const declared = write.def.set.find(({ name }) => name === setter.column)?.pipeline.because ?? null;
  /** The mapping's own reason, then what was done. */
  const told = (how: string): string =>
    [...(declared === null ? [] : [sentence(declared)]), how, where].join(" ");
  const finish = compileFinish({ ...entities[def.entity].fields[field]!, required: false });
  return {
    name: field,
    fidelity: {
      fidelity: "kept",
      column: slot.label,
      ...reasonOf(declared, steps, column?.loss ?? null),
    },
    before: fieldNamed(def.entity, field).get,
    after: (before, scope) => through(before, scope, steps.length, column),
    explain: (before, scope) => {
      for (let count = 0; count <= steps.length; count += 1) {
        const partial = through(before, scope, count, null);
        const value = partial === failed || partial === null ? null : finish(partial, scope);
        if (sameValue(value, before as CanonicalValue)) continue;
        return told(count === 0 ? (unwritten ??= condition()) : stepTold(steps[count - 1]!));
      }
      return told(`Its column is of the type \`${slot.def.sqlType}\`.`);
    },
    // Who traces the steps wants to be told of each record anew.
    alone: each === null && isFree && steps.every(({ alone }) => alone) && context.trace === undefined,
  };
}

/** Whether the column is written at all, and the conditions around it in words, as far as they ask for the record alone. */
function compileGuards(
  def: OutboundDef,
  context: CompileContext,
  { setter, write, each }: Pick<Slot, "setter" | "write" | "each">,
): { readonly holds: Condition; readonly condition: () => string; readonly isFree: boolean } {
  const own = write.def.set.find(({ name }) => name === setter.column)?.pipeline.when ?? null;
  const visible = each === null ? [] : [eachAlias(each.def, each.index)];
  const guards = [each?.def.when ?? null, write.def.when, own].flatMap((expression) => {
    const guard = expression === null ? null : compileGuard(def, context, expression, visible);
    return guard === null ? [] : [{ guard, text: expression!.text }];
  });
  return {
    holds: (scope) => {
      for (const { guard } of guards) {
        const holds = guard(scope);
        if (holds !== true) return holds;
      }
      return true;
    },
    isFree: guards.length === 0,
    condition: () =>
      `It is written only where ${guards.map(({ text }) => conditionInWords(text)).join(", and ")}.`,
  };
}

/** Null for a condition that asks for rows, which only the target knows: it is taken to hold. */
function compileGuard(
  def: OutboundDef,
  context: CompileContext,
  expression: ExpressionDef,
  visible: readonly Alias[],
): Condition | null {
  const quiet = new Problems();
  const names = targetNames(def.entity, context.parameters, visible);
  const condition = new Conditions(names, quiet).compile(expression, "when");
  return quiet.found.length > 0 ? null : condition;
}

/** Each item of a list or map there and back; an item that is not written, or reads back empty, is gone. */
function eachMember(
  value: Value,
  scope: Scope,
  index: number,
  work: (member: Value) => Value | Failed,
): Value | Failed {
  if (value === null) return null;
  const back: Item[] = [];
  for (const item of itemsOf(value)) {
    scope.items[index] = item;
    const member = work(item.value);
    if (member === failed) return failed;
    if (member !== null) back.push({ ...item, value: member });
  }
  scope.items[index] = null;
  if (isMap(value)) return Object.fromEntries(back.map(({ key, value: member }) => [key, member]));
  return back.map(({ value: member }) => member);
}

/** Why a field is not as it was: the mapping's own reason, or what is lost on the way; null where nothing is. */
export function reasonOf(
  declared: string | null,
  steps: readonly PlacedStep[],
  column: string | null = null,
): Pick<FieldFidelity, "because" | "losses"> {
  if (declared !== null) return { because: declared, losses: [] };
  const losses = [...steps.map(({ compiled }) => compiled.loss ?? null), column].filter(
    (loss) => loss !== null,
  );
  return { because: losses.length === 0 ? null : `lost: ${losses.join("; ")}`, losses };
}

/** What a step does to a value on its way to the target, and what that loses. */
function stepTold({ def, compiled }: PlacedStep): string {
  const loss = compiled.loss == null ? "" : `; that loses ${compiled.loss}`;
  return `It is written ${stepInWords(def, allSteps)}${loss}.`;
}

/** The same of several steps, in one sentence. */
export const stepsTold = (placed: readonly PlacedStep[]): string =>
  placed.length === 0
    ? ""
    : `It is read back ${placed.map(({ def }) => stepInWords(def, allSteps)).join(", ")}.`;
