import { suggest, type Column, type ColumnType, type Field, type Kind, type Position } from "@cutover/model";
import type { PipelineDef, StepDef } from "../definition.js";
import type { Direction } from "../steps/step.js";
import type { ValueKind } from "../value.js";
import type { Linter } from "./linter.js";
import type { Steps } from "./usage.js";

/** What a value of a kind can become besides its own; text can become all that is written as text. */
const becomes: Readonly<Record<Kind, readonly Kind[]>> = {
  text: [
    "one of",
    "integer",
    "decimal",
    "boolean",
    "date",
    "instant",
    "moment",
    "duration",
    "ref",
    "list",
    "refs",
  ],
  "one of": ["text", "ref", "list"],
  integer: ["text", "decimal", "boolean", "ref", "list", "refs", "one of"],
  decimal: ["text", "integer", "ref", "list", "refs", "one of"],
  boolean: ["text", "integer"],
  date: ["text", "moment"],
  instant: ["text", "moment"],
  moment: ["text", "date", "instant"],
  duration: ["text"],
  ref: ["text", "one of", "list", "refs"],
  list: ["refs"],
  refs: ["list"],
  credits: [],
  map: [],
};

const fits = (kind: ValueKind, field: Kind): boolean =>
  kind === "any" || kind === field || becomes[kind].includes(field);

/** A typed column is of its kind; what a file or a driver hands over otherwise may be anything. */
export const kindOfColumn = ({ type }: Column): ValueKind =>
  type === "text" || type === "boolean" ? type : "any";

export interface KindScope {
  readonly direction: Direction;
  readonly kindOf: (name: string) => ValueKind;
  readonly steps: Steps;
}

/** The kind a pipeline gives, as far as it can be told. */
function kindOf(pipeline: PipelineDef, scope: KindScope): ValueKind {
  let kind = startOf(pipeline, scope);
  for (const step of pipeline.steps) {
    if (step.faulty) return "any";
    kind = scope.steps.get(step.name)?.gives(step, kind, scope.direction) ?? "any";
  }
  return kind;
}

function startOf({ cases, merge, value, from }: PipelineDef, scope: KindScope): ValueKind {
  if (merge !== null) return "map";
  if (cases !== null) {
    const kinds = new Set(cases.map((item) => kindOf(item, scope)));
    return kinds.size === 1 ? [...kinds][0]! : "any";
  }
  if (value !== null) return typeof value.constant === "boolean" ? "boolean" : "any";
  if (from === null) return "any";
  return from.list ? "list" : scope.kindOf(from.names[0]?.name ?? "");
}

/** Complains where a pipeline can never give what its field holds. */
export function lintKind(
  name: string,
  pipeline: PipelineDef,
  field: Field,
  scope: KindScope,
  lint: Linter,
): void {
  if (pipeline.cases !== null && pipeline.steps.length === 0) {
    for (const item of pipeline.cases) lintKind(name, item, field, scope, lint);
    return;
  }
  const kind = kindOf(pipeline, scope);
  const last = pipeline.steps.at(-1);
  if (!fits(kind, field.kind)) {
    lint.problem(
      last?.at ?? pipeline.at,
      `\`${name}\` is ${words[field.kind]}, and this gives ${words[kind as Kind]}`,
    );
    return;
  }
  if (field.values !== undefined) lintValues(name, pipeline, field.values, lint);
}

const many: readonly ValueKind[] = ["list", "refs", "map", "credits"];
const times: readonly ValueKind[] = ["date", "instant", "moment", "duration"];

/** Kinds a column can never hold, by its type; text may spell anything. */
const refused: Readonly<Record<ColumnType, readonly ValueKind[]>> = {
  text: many,
  integer: [...many, ...times, "one of"],
  decimal: [...many, ...times, "one of"],
  float: [...many, ...times, "one of"],
  boolean: [...many, ...times, "one of", "decimal"],
  date: [...many, "integer", "decimal", "boolean", "duration", "one of", "ref"],
  time: [...many, "integer", "decimal", "boolean", "duration", "one of", "ref"],
  bytes: many,
  json: [],
};

/** Complains where a pipeline can never give what a target's column holds. */
export function lintColumnKind(
  label: string,
  pipeline: PipelineDef,
  column: Column,
  scope: KindScope,
  lint: Linter,
): void {
  if (pipeline.cases !== null && pipeline.steps.length === 0) {
    for (const item of pipeline.cases) lintColumnKind(label, item, column, scope, lint);
    return;
  }
  const kind = kindOf(pipeline, scope);
  if (kind === "any" || !refused[column.type].includes(kind)) return;
  const at = pipeline.steps.at(-1)?.at ?? pipeline.at;
  lint.problem(at, `column \`${label}\` holds ${column.type}, and this gives ${words[kind]}`);
}

const words: Readonly<Record<Kind, string>> = {
  text: "a text",
  "one of": "one of a few values",
  integer: "a whole number",
  decimal: "a decimal number",
  boolean: "true or false",
  date: "a date",
  instant: "an instant",
  moment: "a date or an instant",
  duration: "a duration",
  ref: "a reference",
  list: "a list",
  refs: "a list of references",
  credits: "a list of credits",
  map: "a map",
};

/** Constants, and what value maps give, must be among a field's values. */
function lintValues(name: string, pipeline: PipelineDef, values: readonly string[], lint: Linter): void {
  const expect = (value: unknown, at: StepDef["at"]): void => {
    if (typeof value !== "string" || values.includes(value)) return;
    lint.problem(at, `\`${name}\` cannot be \`${value}\``, suggest(value, values));
  };
  const { value, steps } = pipeline;
  if (value !== null && steps.length === 0) expect(value.constant, value.at);
  const end = steps.findLastIndex(({ name: step }) => step !== "default");
  for (const step of steps.slice(Math.max(end, 0))) {
    if (step.faulty) continue;
    if (step.name === "default") expect(step.arg, step.at);
    if (step.name !== "map") continue;
    for (const [key, to] of Object.entries(step.arg as Readonly<Record<string, unknown>>)) {
      expect(to, step.positions.get(`/map/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`) ?? step.at);
    }
    const { otherwise } = step.options;
    if (otherwise !== "flag" && otherwise !== "keep")
      expect(otherwise, step.positions.get("/otherwise") ?? step.at);
  }
}

/** A value map right behind a canonical field can only have that field's values as keys. */
export function lintMapKeys(
  pipeline: PipelineDef,
  fieldOf: (name: string) => Field | undefined,
  lint: Linter,
): void {
  for (const item of pipeline.cases ?? []) lintMapKeys(item, fieldOf, lint);
  const [first] = pipeline.steps;
  const name = pipeline.from?.list === false ? pipeline.from.names[0]?.name : undefined;
  const values = name === undefined ? undefined : fieldOf(name)?.values;
  if (values === undefined || first === undefined || first.name !== "map" || first.faulty) return;
  for (const key of Object.keys(first.arg as Readonly<Record<string, unknown>>)) {
    if (values.includes(key)) continue;
    const at = first.positions.get(`/map/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`) ?? first.at;
    lint.problem(at, `\`${name!}\` is never \`${key}\``, suggest(key, values));
  }
}

/** A value of an example that its field cannot have. */
export function lintExampleValue(
  name: string,
  value: unknown,
  field: Field | undefined,
  at: Position,
  lint: Linter,
): void {
  if (field?.values === undefined || typeof value !== "string" || field.values.includes(value)) return;
  lint.problem(at, `\`${name}\` cannot be \`${value}\``, suggest(value, field.values));
}
