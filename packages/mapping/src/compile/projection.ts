import { entities, sameValue, type CanonicalValue, type EntityName, type Field } from "@cutover/model";
import type { FieldFidelity, Projection } from "../contract.js";
import type { CompileContext, OutboundDef, PipelineDef, StepDef } from "../definition.js";
import { Scope, type Getter } from "../scope.js";
import { failed, isMap, type Failed, type Value } from "../value.js";
import { Conditions, type Condition } from "./condition.js";
import { compileFinish, type Finish } from "./finish.js";
import { compilePipeline, type Pipeline, type PlacedStep } from "./pipeline.js";
import { Problems } from "./problems.js";
import { fieldNamed, targetNames } from "./target-names.js";
import type { Setter, WriteItemOp, WriteOp } from "./writes.js";

/** What one canonical field will read back as, and what becomes of it in words. */
interface FieldProjection {
  readonly name: string;
  readonly fidelity: FieldFidelity;
  /** The value as it goes out, and as it will come back. */
  readonly before: Getter;
  readonly after: (before: Value, scope: Scope) => Value | Failed;
  /** The rule that made the difference. */
  readonly explain: (before: Value, scope: Scope) => string;
}

/** Compiles law 2's projection: canonical to canonical, from the losses that the writes' steps declare. */
export function compileProjection(
  def: OutboundDef,
  context: CompileContext,
  ops: readonly WriteItemOp[],
  problems: Problems,
): { project: (scope: Scope) => Projection; fidelity: ReadonlyMap<string, FieldFidelity> } {
  const { fields } = entities[def.entity];
  const slots = findSlots(ops, []);
  const ignored = new Map([...def.overwritten].map(([name, { because }]) => [name, because]));
  const projected = Object.keys(fields).flatMap((name): FieldProjection[] => {
    const declared = def.projection.find((each) => each.name === name);
    const slot = slots.filter((each) => each.field === name);
    const noSlot = def.noSlot.get(name);
    if (declared !== undefined) return [fromDeclared(def, context, name, declared.pipeline, slot, problems)];
    if (ignored.has(name)) return [asOverwritten(def.entity, name, ignored.get(name)!, slot)];
    if (noSlot !== undefined) return [asLost(def.entity, name, noSlot.because)];
    const readable = slot.find((each) => each.unreadable === null);
    if (readable !== undefined) return [fromSlot(def, context, readable)];
    const first = slot[0];
    if (first !== undefined) {
      const step = first.unreadable!;
      problems.add(
        step.at,
        `what \`${name}\` will read back as cannot be told: \`${step.name}\` cannot be read back`,
        "Declare it under `projection`, `noSlot` or `overwritten`.",
      );
    } else if (isNamed(def, name)) {
      problems.add(
        def.at,
        `what \`${name}\` will read back as cannot be told: no column holds it alone`,
        "Declare it under `projection`, `noSlot` or `overwritten`.",
      );
    }
    // Lint complains of a field that nothing is said of.
    return [asLost(def.entity, name, "nothing is written of it")];
  });

  const finishes = new Map<string, Finish>(
    Object.entries(fields).map(([name, field]) => [name, compileFinish({ ...field, required: false })]),
  );
  const project = (scope: Scope): Projection => {
    const record: Record<string, CanonicalValue> = {};
    const explained = new Map<string, string>();
    for (const { name, before, after, explain } of projected) {
      scope.field = name;
      const given = before(scope) as Value;
      const back = after(given, scope);
      const value = back === failed || back === null ? null : finishes.get(name)!(back, scope);
      record[name] = value;
      if (!sameValue(value, given as CanonicalValue) && !ignored.has(name))
        explained.set(name, explain(given, scope));
    }
    // Issues are told by `rows`, which says them of the record once.
    scope.takeIssues();
    return { record, explained, ignored };
  };
  return { project, fidelity: new Map(projected.map(({ name, fidelity }) => [name, fidelity])) };
}

/** Whether the writes name the field anywhere: in templates, conditions, items. */
const isNamed = (def: OutboundDef, name: string): boolean =>
  new RegExp(`"(?:name|field)":"${name}[".]|\\{${name}[}.]`).test(JSON.stringify(def.writes, withoutPlaces));

const withoutPlaces = (key: string, value: unknown): unknown =>
  key === "at" || key === "positions" || key === "table" || value instanceof Map ? undefined : value;

/** A column a field can be read back from. */
interface Slot {
  readonly field: string;
  readonly setter: Setter;
  readonly write: WriteOp;
  /** It holds an item of the field, a list or map. */
  readonly item: boolean;
  /** The first step that cannot be read back. */
  readonly unreadable: StepDef | null;
}

function findSlots(ops: readonly WriteItemOp[], over: readonly string[]): readonly Slot[] {
  return ops.flatMap((op): readonly Slot[] => {
    if (op.kind === "each") {
      const inside = op.def.over.kind === "field" ? [...over, op.def.over.field] : over;
      return findSlots(op.ops, inside);
    }
    if (op.def.role === "shared") return [];
    return op.setters.flatMap((setter): Slot[] => {
      const { origin } = setter.pipeline;
      const field = origin?.field ?? origin?.itemOf;
      if (field === undefined || (origin?.itemOf !== undefined && !over.includes(field))) return [];
      return [
        {
          field,
          setter,
          write: op,
          item: origin?.itemOf !== undefined,
          unreadable: firstUnreadable(setter.pipeline),
        },
      ];
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

const nothing: Getter = () => null;

function asLost(entity: EntityName, name: string, because: string): FieldProjection {
  return {
    name,
    fidelity: { fidelity: "no slot", column: null, because },
    before: fieldNamed(entity, name).get,
    after: nothing as () => null,
    explain: () => `no slot: ${because}`,
  };
}

function asOverwritten(
  entity: EntityName,
  name: string,
  because: string,
  slots: readonly Slot[],
): FieldProjection {
  const { get } = fieldNamed(entity, name);
  return {
    name,
    fidelity: { fidelity: "overwritten", column: slots[0]?.setter.slot.label ?? null, because },
    before: get,
    after: (before) => before,
    explain: () => because,
  };
}

function fromDeclared(
  def: OutboundDef,
  context: CompileContext,
  name: string,
  pipelineDef: PipelineDef,
  slots: readonly Slot[],
  problems: Problems,
): FieldProjection {
  const field: Field = entities[def.entity].fields[name]!;
  const names = targetNames(def.entity, context.parameters, []);
  const pipeline = compilePipeline(pipelineDef, {
    direction: "projection",
    names,
    conditions: new Conditions(names, problems),
    problems,
    context,
    label: `projection.${name}`,
    field,
  });
  const where = `(${def.name} → projection.${name})`;
  const { because } = pipelineDef;
  return {
    name,
    fidelity: {
      fidelity: "kept",
      column: slots[0]?.setter.slot.label ?? null,
      because: because ?? lossesOf(pipeline.steps),
    },
    before: fieldNamed(def.entity, name).get,
    after: (_before, scope) => pipeline.run(scope),
    explain: () =>
      `${because ?? pipeline.steps.map(({ def: step }) => stepLabel(step)).join(", ")} ${where}`.trim(),
  };
}

function lossesOf(steps: readonly PlacedStep[], column: string | null = null): string | null {
  const losses = [...steps.map(({ compiled }) => compiled.loss ?? null), column].filter(
    (loss) => loss !== null,
  );
  return losses.length === 0 ? null : `lost: ${losses.join("; ")}`;
}

/** `truncate 100`, `epoch seconds`, `map` */
export function stepLabel({ name, arg }: StepDef): string {
  return typeof arg === "string" || typeof arg === "number" ? `${name} ${arg}` : name;
}

/** Composed from the steps of the pipeline that writes the field, and of the column it is written to. */
function fromSlot(
  def: OutboundDef,
  context: CompileContext,
  { field, setter, write, item }: Slot,
): FieldProjection {
  const { pipeline, slot } = setter;
  const opaque = pipeline.steps.findIndex(({ compiled }) => compiled.opaque === true);
  const steps = opaque < 0 ? pipeline.steps : pipeline.steps.slice(0, opaque);
  const column = opaque < 0 ? slot : null;
  const guards = [write.def.when, setterGuard(def, write, setter)].flatMap((expression) =>
    expression === null ? [] : [guardOf(def, context, expression)],
  );
  const open = (scope: Scope): boolean | null => {
    for (const guard of guards) {
      const holds = guard === null || guard(scope);
      if (holds !== true) return holds;
    }
    return true;
  };
  const one = (value: Value, scope: Scope, upTo: number, stored: typeof column): Value | Failed => {
    let current = value;
    for (let i = 0; i < upTo; i += 1) {
      const { step, apply } = steps[i]!;
      if (current === "") current = null;
      if (current === null && !step.takesNull) continue;
      const next = apply(current, scope);
      if (next === failed) return failed;
      current = next;
    }
    if (stored !== null) current = stored.read(stored.put(current, scope));
    for (let i = upTo - 1; i >= 0 && current !== null; i -= 1) current = steps[i]!.back!(current, scope);
    return current;
  };
  const all = (value: Value, scope: Scope, upTo: number, stored: typeof column): Value | Failed =>
    item ? eachMember(value, (member) => one(member, scope, upTo, stored)) : one(value, scope, upTo, stored);

  const { get } = fieldNamed(def.entity, field);
  const where = `(${def.name} → ${slot.label})`;
  return {
    name: field,
    fidelity: { fidelity: "kept", column: slot.label, because: lossesOf(steps, column?.loss ?? null) },
    before: get,
    after: (before, scope) => {
      const holds = open(scope);
      if (holds === null) return failed;
      return holds ? all(before, scope, steps.length, column) : null;
    },
    explain: (before, scope) => {
      if (open(scope) !== true) return `when ${where}`;
      const finish = compileFinish({ ...entities[def.entity].fields[field]!, required: false });
      for (let i = 1; i <= steps.length; i += 1) {
        const partial = all(before, scope, i, null);
        const value = partial === failed || partial === null ? null : finish(partial, scope);
        if (!sameValue(value, before as CanonicalValue)) return `${stepLabel(steps[i - 1]!.def)} ${where}`;
      }
      return `${slot.def.sqlType} ${where}`;
    },
  };
}

/** The `when` of the column's own pipeline. */
const setterGuard = (_def: OutboundDef, write: WriteOp, { column }: Setter) =>
  write.def.set.find(({ name }) => name === column)?.pipeline.when ?? null;

/** A condition on the record alone; null (always) where it asks for rows, which only the target knows. */
function guardOf(
  def: OutboundDef,
  context: CompileContext,
  expression: NonNullable<PipelineDef["when"]>,
): Condition | null {
  const quiet = new Problems();
  const names = targetNames(def.entity, context.parameters, []);
  const condition = new Conditions(names, quiet).compile(expression, "when");
  return quiet.found.length > 0 ? null : condition;
}

function eachMember(value: Value, work: (member: Value) => Value | Failed): Value | Failed {
  if (value === null) return null;
  if (Array.isArray(value)) {
    const items = (value as readonly Value[]).map(work);
    return items.includes(failed)
      ? failed
      : items.filter((each): each is Exclude<Value, null> => each !== null && each !== failed);
  }
  if (!isMap(value)) return value;
  const entries: [string, Value][] = [];
  for (const [name, member] of Object.entries(value)) {
    const back = work(member);
    if (back === failed) return failed;
    if (back !== null) entries.push([name, back]);
  }
  return Object.fromEntries(entries);
}
