import type { Field } from "@cutover/model";
import { suggest } from "@cutover/model";
import type { CompileContext, PipelineDef, StepDef } from "../definition.js";
import type { Getter, Scope } from "../scope.js";
import { steps } from "../steps/index.js";
import { StepError, type CompiledStep, type Direction, type Step, type StepContext } from "../steps/step.js";
import { failed, isMap, type Failed, type Value, type ValueKind } from "../value.js";
import type { Condition, Conditions } from "./condition.js";
import type { Named, Names } from "./names.js";
import type { Problems } from "./problems.js";

/** Where a pipeline stands. */
export interface Place {
  readonly direction: Direction;
  readonly names: Names;
  readonly conditions: Conditions;
  readonly problems: Problems;
  readonly context: CompileContext;
  /** The canonical field, or `table.column`. */
  readonly label: string;
  /** The canonical field it fills; none outbound. */
  readonly field: Field | null;
}

/** A step in its place. */
export interface PlacedStep {
  readonly def: StepDef;
  readonly step: Step;
  readonly compiled: CompiledStep;
  /** The step as it is applied: lists item by item, null passed by. */
  readonly apply: (value: Value, scope: Scope) => Value | Failed;
  readonly back: ((after: Value, scope: Scope) => Value) | null;
  /** Whether what it gives depends on nothing but the value. */
  readonly alone: boolean;
}

/** The one name a pipeline begins with. */
interface Origin extends Named {
  readonly name: string;
}

export interface Pipeline {
  /** The value; null also where a step failed, which the scope then knows. */
  readonly run: Getter;
  /** What the steps make of a value that it begins with, whatever its condition says. */
  readonly through: (value: Value, scope: Scope) => Value | Failed;
  readonly kind: ValueKind;
  /** Only for a pipeline that is one value of a name going through steps: what a projection is derived from. */
  readonly origin: Origin | null;
  /** Whether it begins with a constant. */
  readonly isConstant: boolean;
  readonly when: Condition | null;
  readonly steps: readonly PlacedStep[];
}

const nothing: Getter = () => null;

export function compilePipeline(def: PipelineDef, place: Place): Pipeline {
  const when = def.when === null ? null : place.conditions.compile(def.when, "when");
  const start = compileStart(def, place);
  let { kind } = start;
  const placed: PlacedStep[] = [];
  for (const step of def.steps) {
    const compiled = compileStep(step, kind, start.field, place);
    if (compiled === null) continue;
    kind = compiled.step.gives(step, kind, place.direction);
    placed.push(compiled);
  }
  const isConstant = def.value !== null;
  const through = applied(placed);
  return {
    run: placed.length === 0 && when === null ? start.get : runner(start.get, through, when),
    through,
    kind,
    origin: start.origin,
    isConstant,
    when,
    steps: placed,
  };
}

interface Start {
  readonly get: Getter;
  readonly kind: ValueKind;
  readonly field: Field | null;
  readonly origin: Pipeline["origin"];
}

function compileStart(def: PipelineDef, place: Place): Start {
  const { field } = place;
  if (def.cases !== null) return { ...compileCases(def.cases, place), field, origin: null };
  if (def.merge !== null) return { get: compileMerge(def.merge, place), kind: "map", field, origin: null };
  if (def.value !== null) {
    const value = constant(def.value.constant);
    return { get: () => value, kind: kindOfConstant(value), field, origin: null };
  }
  if (def.from === null) return { get: nothing, kind: "any", field, origin: null };
  const found = def.from.names.map(({ name, at }) => {
    const named = place.names.resolve(name);
    if (named === null) place.problems.unknown(at, "there is no", name, place.names.known());
    return named ?? ({ get: nothing, kind: "any" } satisfies Named);
  });
  const first = found[0];
  if (first === undefined) return { get: nothing, kind: "any", field, origin: null };
  if (!def.from.list) {
    const origin = { ...first, name: def.from.names[0]!.name };
    return { get: first.get, kind: first.kind, field: field ?? first.declared ?? null, origin };
  }
  const getters = found.map(({ get }) => get);
  return { get: listOf(getters), kind: "list", field, origin: null };
}

function listOf(getters: readonly Getter[]): Getter {
  return (scope) => {
    const items: Value[] = [];
    let any = false;
    for (const get of getters) {
      const item = get(scope);
      if (item === failed) return failed;
      any ||= item !== null;
      items.push(item);
    }
    return any ? items : null;
  };
}

const isEmpty = ({ from, value, cases, merge, steps: applied }: PipelineDef): boolean =>
  from === null && value === null && cases === null && merge === null && applied.length === 0;

/** The first case that holds; a case whose condition cannot be told ends the search. */
function compileCases(cases: readonly PipelineDef[], place: Place): { get: Getter; kind: ValueKind } {
  const compiled = cases.map((each) => ({
    when: each.when === null ? null : place.conditions.compile(each.when, "when"),
    pipeline: compilePipeline({ ...each, when: null }, place),
  }));
  // A case that gives nothing says nothing of the kind.
  const kinds = new Set(compiled.flatMap(({ pipeline }, i) => (isEmpty(cases[i]!) ? [] : pipeline.kind)));
  const get: Getter = (scope) => {
    for (const { when, pipeline } of compiled) {
      const holds = when === null || when(scope);
      if (holds === null) return failed;
      if (holds) return pipeline.run(scope);
    }
    return null;
  };
  return { get, kind: kinds.size === 1 ? [...kinds][0]! : "any" };
}

/** Maps laid over one another: where two have a member of one name, the later one's is taken. */
function compileMerge(parts: readonly PipelineDef[], place: Place): Getter {
  const runs = parts.map((part) => compilePipeline(part, place).run);
  return (scope) => {
    let merged: Record<string, Value> | null = null;
    for (const run of runs) {
      const part = run(scope);
      if (part === failed) return failed;
      if (part === null) continue;
      if (!isMap(part)) return scope.fail("bad-structure", "merge: a part is no map");
      // Not by assignment: a member may be called `__proto__`.
      merged = Object.fromEntries([...Object.entries(merged ?? {}), ...Object.entries(part)]);
    }
    return merged;
  };
}

/** The steps a step of steps lists, as one function. */
function compileInner(
  defs: readonly StepDef[],
  place: Place,
): (value: Value, scope: Scope) => Value | Failed {
  let kind: ValueKind = "any";
  const placed = defs.flatMap((def) => {
    const compiled = compileStep(def, kind, null, place);
    if (compiled !== null) kind = compiled.step.gives(def, kind, place.direction);
    return compiled ?? [];
  });
  return (value, scope) => {
    let so: Value = value;
    for (const { apply, step } of placed) {
      if (so === null && !step.takesNull) continue;
      const next = apply(so, scope);
      if (next === failed) return failed;
      so = next;
    }
    return so;
  };
}

function compileStep(def: StepDef, input: ValueKind, field: Field | null, place: Place): PlacedStep | null {
  const step = steps.get(def.name);
  if (step === undefined) {
    place.problems.add(def.at, `there is no step \`${def.name}\``, suggest(def.name, [...steps.keys()]));
    return null;
  }
  if (input !== "any" && !step.takes.includes("any") && !step.takes.includes(input)) {
    place.problems.add(def.at, `\`${def.name}\` does not take a ${input}`);
    return null;
  }
  const thereAndBack = step.converts && place.direction === "projection";
  let alone = true;
  const context: StepContext = {
    direction: thereAndBack ? "outbound" : place.direction,
    input,
    field,
    getter: (name, pointer) => {
      alone = false;
      const named = place.names.resolve(name);
      if (named === null)
        throw new StepError(`there is no \`${name}\``, pointer, suggest(name, place.names.known()));
      return named.get;
    },
    inner: () => {
      alone = false;
      return compileInner(def.inner ?? [], place);
    },
    text: (value, pointer) => {
      const name = value.startsWith("param.") ? value.slice("param.".length) : null;
      if (name === null) return value;
      const { parameters } = place.context;
      if (Object.hasOwn(parameters, name)) return String(parameters[name]);
      throw new StepError(
        `there is no parameter \`${name}\``,
        pointer,
        suggest(name, Object.keys(parameters)),
      );
    },
    reference: (name, pointer) => {
      alone = false;
      const found = place.context.system.references.get(name);
      if (found === undefined)
        throw new StepError(
          `there is no reference \`${name}\``,
          pointer,
          suggest(name, [...place.context.system.references.keys()]),
        );
      return found;
    },
  };
  try {
    const compiled = thereAndBack ? roundTrip(step.compile(def, context)) : step.compile(def, context);
    const apply = applier(def, step, compiled, place);
    return { def, step, compiled, apply, back: backer(step, compiled), alone };
  } catch (error) {
    if (!(error instanceof StepError)) throw error;
    place.problems.add(def.positions.get(error.pointer) ?? def.at, error.message, error.remedy);
    return null;
  }
}

/** In a projection, a step that changes the form of a value leaves of it what comes back. */
function roundTrip({ forward, back, loss }: CompiledStep): CompiledStep {
  return {
    forward: (value, scope) => {
      const there = forward(value, scope);
      if (there === failed || there === null || back === undefined) return there;
      return back(there, scope);
    },
    loss,
  };
}

function applier(def: StepDef, step: Step, compiled: CompiledStep, place: Place) {
  const { forward } = compiled;
  let apply = forward;
  if (!step.whole) {
    apply = (value, scope) =>
      Array.isArray(value) ? eachItem(value as readonly Value[], forward, scope) : forward(value, scope);
  }
  const { label } = place;
  const { trace } = place.context;
  if (trace === undefined) return apply;
  return (value: Value, scope: Scope): Value | Failed => {
    const result = apply(value, scope);
    trace.step(label, def, value, result === failed ? null : result);
    return result;
  };
}

function eachItem(items: readonly Value[], forward: CompiledStep["forward"], scope: Scope): Value | Failed {
  const result: Value[] = [];
  for (const item of items) {
    if (item === null) continue;
    const value = forward(item, scope);
    if (value === failed) return failed;
    if (value !== null && value !== "") result.push(value);
  }
  return result.length === 0 ? null : result;
}

function backer(step: Step, { back }: CompiledStep): PlacedStep["back"] {
  if (back === undefined) return null;
  if (step.whole) return back;
  return (after, scope) =>
    Array.isArray(after) ? (after as readonly Value[]).map((item) => back(item, scope)) : back(after, scope);
}

/** The steps one after the other; those that take no null are passed by while there is none. */
function applied(placed: readonly PlacedStep[]): Pipeline["through"] {
  const applies = placed.map(({ apply }) => apply);
  const nulls = placed.map(({ step }) => step.takesNull);
  const count = applies.length;
  return (given, scope) => {
    let value = given;
    for (let i = 0; i < count; i += 1) {
      if (value === "") value = null;
      if (value === null && !nulls[i]!) continue;
      const next: Value | Failed = applies[i]!(value, scope);
      if (next === failed) return failed;
      value = next;
    }
    return value === "" ? null : value;
  };
}

function runner(start: Getter, through: Pipeline["through"], when: Condition | null): Getter {
  const run: Getter = (scope) => {
    const value = start(scope);
    return value === failed ? failed : through(value, scope);
  };
  if (when === null) return run;
  return (scope) => {
    const holds = when(scope);
    return holds === null ? failed : holds ? run(scope) : null;
  };
}

/** Plain data of the definition as a value; objects get a plain prototype. */
function constant(data: unknown): Value {
  if (Array.isArray(data)) return data.map(constant);
  if (typeof data !== "object" || data === null) return data === "" ? null : (data as Value);
  return Object.fromEntries(Object.entries(data).map(([name, item]) => [name, constant(item)]));
}

function kindOfConstant(value: Value): ValueKind {
  if (typeof value === "boolean") return "boolean";
  if (Array.isArray(value)) return "any";
  return typeof value === "string" ? "text" : "any";
}
