import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import type { TargetContext } from "../src/contract.js";
import type { ReferenceDef, StepDef } from "../src/definition.js";
import { Scope } from "../src/scope.js";
import { steps } from "../src/steps/index.js";
import type { Step, StepContext, StepExample } from "../src/steps/step.js";
import { failed, type Value } from "../src/value.js";

const at = { file: "example" };

function defOf(step: Step, written: StepExample["step"]): StepDef {
  const options = Object.fromEntries(Object.entries(written).filter(([key]) => key !== step.name));
  return {
    name: step.name,
    arg: written[step.name],
    options,
    inner: null,
    faulty: false,
    at,
    positions: new Map(),
  };
}

/** The inner steps of an example of a step of steps, each compiled as it stands. */
function innerOf(example: StepExample): StepContext["inner"] {
  return () => {
    const listed = Object.values(example.step)[0] as readonly StepExample["step"][];
    const placed = listed.map((written) => {
      const step = steps.get(Object.keys(written)[0]!)!;
      return step.compile(defOf(step, written), contextOf(example));
    });
    return (value, scope) => {
      let so: Value | typeof failed = value;
      for (const { forward } of placed) if (so !== failed && so !== null) so = forward(so, scope);
      return so;
    };
  };
}

function contextOf(example: StepExample): StepContext {
  const names: Readonly<Record<string, Value>> = example.names ?? {};
  return {
    direction: example.direction ?? "inbound",
    input: example.input ?? "any",
    field: example.field ?? null,
    getter: (name) => {
      if (!Object.hasOwn(names, name)) throw new Error(`the example does not say what ${name} is`);
      return () => names[name]!;
    },
    text: (value) => value,
    inner: innerOf(example),
    reference: (name): ReferenceDef => {
      const rows = example.references?.[name];
      if (rows === undefined) throw new Error(`the example has no reference ${name}`);
      const columns = Object.keys(rows[0] ?? { id: 0, shortname: "" }).map((column) => ({
        name: column,
        type: column === "id" ? ("integer" as const) : ("text" as const),
        nullable: false,
      }));
      return { name, sql: "", columns, examples: rows, at };
    },
  };
}

const targetOf = (example: StepExample): TargetContext => ({
  nextId: () => 1,
  reference: (name, by) =>
    (example.references?.[name] ?? []).filter((row) =>
      Object.entries(by).every(([column, value]) => row[column] === value),
    ),
  shared: () => null,
  share: () => undefined,
});

describe.each([...steps.values()].map((step) => [step.name, step] as const))("step %s", (_name, step) => {
  it.each(step.examples.map((example) => [JSON.stringify(example), example] as const))(
    "%s",
    (_title, example) => {
      const def = defOf(step, example.step);
      const ajv = new Ajv2020({ strict: false });
      expect(ajv.validate(step.schema, def.arg), "the argument is of the schema").toBe(true);
      for (const [key, value] of Object.entries(def.options)) {
        expect(step.options[key], `${key} is an option of the step`).toBeDefined();
        expect(ajv.validate(step.options[key]!, value)).toBe(true);
      }
      const compiled = step.compile(def, contextOf(example));
      const scope = new Scope();
      scope.target = targetOf(example);
      const value = compiled.forward(example.given, scope);
      const issues = scope.takeIssues();
      expect(issues.map(({ code }) => code)).toEqual(example.issue === undefined ? [] : [example.issue]);
      expect(value === "" ? null : value).toEqual(example.issue === undefined ? example.gives : failed);
      const back = example.back === undefined ? undefined : compiled.back?.(value as Value, scope);
      expect(back).toEqual(example.back);
      // Nothing that a person's record holds is told in an issue.
      const told = JSON.stringify(issues);
      expect(
        typeof example.given === "string" && example.given.length > 4 && told.includes(example.given),
      ).toBe(false);
    },
  );

  it("reads back what reading back has left", () => {
    for (const example of step.examples.filter(
      ({ direction, back }) => direction === "outbound" && back !== undefined,
    )) {
      const { forward, back } = step.compile(defOf(step, example.step), contextOf(example));
      const scope = new Scope();
      const there = forward(example.back!, scope);
      expect(back!(there as Value, scope)).toEqual(example.back);
    }
  });

  it("is documented", () => {
    expect(step.doc).toMatch(/\.$/);
    expect(step.version).toBeGreaterThan(0);
    expect(step.examples.length).toBeGreaterThan(0);
    for (const example of step.examples) expect(step.explain(defOf(step, example.step))).not.toBe("");
  });
});
