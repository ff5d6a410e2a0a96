import {
  emptyRecord,
  entities,
  sameValue,
  type CanonicalRecord,
  type CanonicalValue,
  type EntityName,
  type Field,
} from "@cutover/model";
import type { ByValue, FieldFidelity, Projection } from "../contract.js";
import type { CompileContext, OutboundDef, PipelineDef } from "../definition.js";
import { sentence } from "../explain/pipeline.js";
import { remembered } from "../remembered.js";
import { Scope, type Getter } from "../scope.js";
import { failed, type Value } from "../value.js";
import { Conditions } from "./condition.js";
import { compileFinish } from "./finish.js";
import { compilePipeline, type Pipeline } from "./pipeline.js";
import type { Problems } from "./problems.js";
import { findSlots, reasonOf, slotProjection, stepsTold, type FieldProjection, type Slot } from "./slots.js";
import { fieldNamed, targetNames } from "./target-names.js";
import type { WriteItemOp } from "./writes.js";

/** Compiles law 2's projection: canonical to canonical, from the losses that the writes' steps declare. */
export function compileProjection(
  def: OutboundDef,
  context: CompileContext,
  ops: readonly WriteItemOp[],
  problems: Problems,
): {
  project: (scope: Scope) => Projection;
  byValue: ByValue;
  fidelity: ReadonlyMap<string, FieldFidelity>;
} {
  const { fields } = entities[def.entity];
  const slots = findSlots(ops);
  const ignored = new Map([...def.overwritten].map(([name, { because }]) => [name, because]));
  const projected = Object.keys(fields).map((name): FieldProjection => {
    const declared = def.projection.find((each) => each.name === name);
    const slot = slots.filter((each) => each.field === name);
    const noSlot = def.noSlot.get(name);
    if (declared !== undefined) return fromDeclared(def, context, name, declared.pipeline, slot, problems);
    if (ignored.has(name)) return asOverwritten(def.entity, name, ignored.get(name)!, slot);
    if (noSlot !== undefined) return asLost(def.entity, name, noSlot.because);
    const readable = slot.find((each) => each.unreadable === null);
    if (readable !== undefined) return slotProjection(def, context, readable);
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
    return asLost(def.entity, name, "nothing is written of it");
  });

  const empty = emptyRecord(def.entity) as CanonicalRecord;
  const ways = projected.map((each) => wayOf(each, fields[each.name]!));
  const project = (scope: Scope): Projection => {
    const record: Record<string, CanonicalValue> = { ...empty };
    let explained: Map<string, string> | null = null;
    for (let i = 0; i < ways.length; i += 1) {
      const { name, before, back, rule, staysAbsent } = ways[i]!;
      const given = before(scope) as Value;
      // Most fields of most records are absent, and stay so.
      if (given === null && staysAbsent) continue;
      scope.field = name;
      const value = back(given, scope);
      if (value !== null) record[name] = value;
      if (value === given || sameValue(value, given as CanonicalValue) || ignored.has(name)) continue;
      (explained ??= new Map()).set(name, rule(given, scope));
    }
    // Issues are told by `rows`, which says them of the record once.
    scope.takeIssues();
    return { record, explained: explained ?? nothing, ignored };
  };
  const fidelity = new Map(projected.map((each) => [each.name, each.fidelity]));
  const alone = projected.flatMap((each) =>
    each.alone === true ? [[each.name, aloneOf(each.name, backOf(each, fields[each.name]!))] as const] : [],
  );
  return { project, byValue: { fields: new Map(alone), ignored }, fidelity };
}

/** What a value reads back as where nothing else tells it: the record it is asked of has no other field. */
function aloneOf(name: string, back: Way["back"]): (value: CanonicalValue) => CanonicalValue {
  const scope = new Scope();
  const only: Record<string, CanonicalValue> = {};
  scope.out = { record: only, targetKeys: only as Record<string, string | null> };
  return remembered((value: CanonicalValue) => {
    only[name] = value;
    const read = back(value as Value, scope);
    if (scope.hasIssues) scope.takeIssues();
    return read;
  });
}

const nothing: ReadonlyMap<string, string> = new Map();

/** A field's way there and back, as short as it can be made. */
interface Way {
  readonly name: string;
  readonly before: Getter;
  readonly back: (given: Value, scope: Scope) => CanonicalValue;
  readonly rule: (given: Value, scope: Scope) => string;
  /** Whether what is absent comes back absent, whatever else the record has. */
  readonly staysAbsent: boolean;
}

/** The value that reads back, in the canonical form of its field. */
function backOf({ after }: FieldProjection, field: Field): Way["back"] {
  const finish = compileFinish({ ...field, required: false });
  return (given, scope) => {
    const value = after(given, scope);
    // What comes back as it went was found canonical when it was staged.
    if (value === given || value === null) return value as CanonicalValue;
    return value === failed ? null : finish(value, scope);
  };
}

function wayOf(projection: FieldProjection, field: Field): Way {
  const { name, before, explain, alone = false, lost = false } = projection;
  const back = backOf(projection, field);
  if (!alone || lost) return { name, before, back, rule: explain, staysAbsent: lost };
  // Nothing is asked of the scope, which is the same object for all records.
  let asked: Scope | null = null;
  const known = remembered((given: Value) => back(given, asked!));
  const rules = remembered((given: Value) => explain(given, asked!));
  return {
    name,
    before,
    back: (given, scope) => {
      asked = scope;
      return known(given);
    },
    rule: (given, scope) => {
      asked = scope;
      return rules(given);
    },
    staysAbsent: back(null, new Scope()) === null,
  };
}

/** Whether the writes name the field anywhere: in templates, conditions, items. */
const isNamed = (def: OutboundDef, name: string): boolean =>
  new RegExp(`"(?:name|field)":"${name}[".]|\\{${name}[}.]`).test(JSON.stringify(def.writes, withoutPlaces));

const withoutPlaces = (key: string, value: unknown): unknown =>
  key === "at" || key === "positions" || key === "table" || value instanceof Map ? undefined : value;

function asLost(entity: EntityName, name: string, because: string): FieldProjection {
  const rule = `The target has no place for it. ${sentence(because)}`;
  return {
    name,
    fidelity: { fidelity: "no slot", column: null, because, losses: [] },
    before: fieldNamed(entity, name).get,
    after: () => null,
    explain: () => rule,
    alone: true,
    lost: true,
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
    fidelity: { fidelity: "overwritten", column: slots[0]?.setter.slot.label ?? null, because, losses: [] },
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
      ...reasonOf(because, pipeline.steps),
    },
    before: fieldNamed(def.entity, name).get,
    after: (_before, scope) => pipeline.run(scope),
    explain: () => `${because === null ? stepsTold(pipeline.steps) : sentence(because)} ${where}`.trim(),
    alone: isOfField(pipeline, name) && context.trace === undefined,
  };
}

/** Whether what a pipeline gives depends on nothing but a field. */
const isOfField = ({ isConstant, origin, when, steps }: Pipeline, name: string): boolean =>
  when === null && (isConstant || origin?.field === name) && steps.every(({ alone }) => alone);
