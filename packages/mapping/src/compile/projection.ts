import { entities, sameValue, type CanonicalValue, type EntityName, type Field } from "@cutover/model";
import type { FieldFidelity, Projection } from "../contract.js";
import type { CompileContext, OutboundDef, PipelineDef } from "../definition.js";
import type { Scope } from "../scope.js";
import { failed, type Value } from "../value.js";
import { Conditions } from "./condition.js";
import { compileFinish, type Finish } from "./finish.js";
import { compilePipeline } from "./pipeline.js";
import type { Problems } from "./problems.js";
import { findSlots, lossesOf, slotProjection, stepLabel, type FieldProjection, type Slot } from "./slots.js";
import { fieldNamed, targetNames } from "./target-names.js";
import type { WriteItemOp } from "./writes.js";

/** Compiles law 2's projection: canonical to canonical, from the losses that the writes' steps declare. */
export function compileProjection(
  def: OutboundDef,
  context: CompileContext,
  ops: readonly WriteItemOp[],
  problems: Problems,
): { project: (scope: Scope) => Projection; fidelity: ReadonlyMap<string, FieldFidelity> } {
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

function asLost(entity: EntityName, name: string, because: string): FieldProjection {
  return {
    name,
    fidelity: { fidelity: "no slot", column: null, because },
    before: fieldNamed(entity, name).get,
    after: () => null,
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
