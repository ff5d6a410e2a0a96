import type { SourceValue, TargetValue } from "@cutover/model";
import type { Getter } from "../scope.js";
import { failed, toText, type Value } from "../value.js";
import { coerceToColumn } from "../compile/coerce.js";
import { declareStep, scalars, StepError } from "./step.js";

interface Argument {
  readonly in: string;
  readonly by: Readonly<Record<string, string | number | boolean>>;
  readonly get: string;
  readonly otherwise?: null | "flag";
}

const constants = { type: ["string", "number", "boolean"] };

export const lookup = declareStep({
  name: "lookup",
  version: 1,
  doc: "Finds the one row of a declared reference table of the target whose columns equal `by`, and takes its column `get`. In `by`, `value` is the value so far, a name in braces (`'{course.id}'`) a field or an alias's column, and anything else itself. No row, or several with different answers, is flagged, unless `otherwise: null`. Read back, what is looked up is what it was looked up by.",
  schema: {
    type: "object",
    properties: {
      in: { type: "string", minLength: 1 },
      by: { type: "object", additionalProperties: constants, minProperties: 1 },
      get: { type: "string", minLength: 1 },
      otherwise: { enum: [null, "flag"] },
    },
    required: ["in", "by", "get"],
    additionalProperties: false,
  },
  takes: scalars,
  takesNull: true,
  whole: true,
  gives: () => "any",
  names: ({ arg }) =>
    Object.entries((arg as Argument).by).flatMap(([column, by]) => {
      const name = nameIn(by);
      return name === null ? [] : [{ name, pointer: `/lookup/by/${column}` }];
    }),
  examples: [
    {
      step: { lookup: { in: "roles", by: { shortname: "value" }, get: "id" } },
      direction: "outbound",
      references: { roles: [{ id: 5, shortname: "student" }] },
      given: "student",
      gives: 5,
    },
    {
      step: { lookup: { in: "roles", by: { shortname: "value" }, get: "id" } },
      direction: "outbound",
      references: { roles: [{ id: 5, shortname: "student" }] },
      given: "auditor",
      issue: "lookup-failed",
    },
    {
      step: { lookup: { in: "roles", by: { shortname: "teacher" }, get: "id", otherwise: null } },
      direction: "outbound",
      references: { roles: [] },
      given: null,
      gives: null,
    },
  ],
  explain: ({ arg }) => {
    const { in: table, by, get } = arg as Argument;
    const where = Object.entries(by).map(
      ([column, value]) =>
        `its \`${column}\` is ${value === "value" ? "this value" : `\`${String(value)}\``}`,
    );
    return `for which the \`${get}\` is looked up in the target's \`${table}\`, where ${where.join(" and ")}`;
  },
  compile: ({ arg }, context) => {
    const { in: name, by, get, otherwise } = arg as Argument;
    if (context.direction !== "outbound")
      throw new StepError(
        "only the target has reference tables to look in",
        "/lookup",
        "Use `map`, or another extract.",
      );
    const { columns } = context.reference(name, "/lookup/in");
    const column = (wanted: string, pointer: string) => {
      const found = columns.find((each) => each.name === wanted);
      if (found === undefined)
        throw new StepError(`the reference ${name} has no column "${wanted}"`, pointer);
      return found;
    };
    column(get, "/lookup/get");
    const conditions = Object.entries(by).map(([wanted, given]) => {
      const inBraces = nameIn(given);
      const pointer = `/lookup/by/${wanted}`;
      const read: Getter | null =
        inBraces === null || inBraces === "value" ? null : context.getter(inBraces, pointer);
      const takesValue = given === "value" || inBraces === "value";
      const known = column(wanted, pointer);
      if (read === null && !takesValue && coerceToColumn(given, known.type) === undefined)
        throw new StepError(
          `"${given}" is not of the type of ${wanted}`,
          pointer,
          "A name is put in braces: '{course.id}'.",
        );
      return { column: known, given, read, takesValue };
    });
    const needsValue = conditions.some(({ takesValue }) => takesValue);

    return {
      forward: (value, scope) => {
        if (needsValue && value === null) return null;
        const wanted: Record<string, TargetValue> = {};
        for (const condition of conditions) {
          const found = condition.takesValue
            ? value
            : condition.read === null
              ? condition.given
              : condition.read(scope);
          if (found === failed) return failed;
          if (found === null)
            return otherwise === null ? null : scope.fail("lookup-failed", `lookup in ${name}`);
          const coerced = coerceToColumn(found, condition.column.type);
          if (coerced === undefined)
            return otherwise === null ? null : scope.fail("lookup-failed", `lookup in ${name}`);
          wanted[condition.column.name] = coerced;
        }
        const answers = answersOf(scope.target?.reference(name, wanted) ?? [], get);
        if (answers.length === 1) return answers[0]!;
        return otherwise === null && answers.length === 0
          ? null
          : scope.fail("lookup-failed", `lookup in ${name}`);
      },
      back: (after) => after,
      opaque: true,
    };
  },
});

/** The name in `{name}`, or null where it is a constant. */
function nameIn(given: unknown): string | null {
  if (typeof given !== "string" || !given.startsWith("{") || !given.endsWith("}")) return null;
  const name = given.slice(1, -1).trim();
  return name === "" ? null : name;
}

function answersOf(rows: readonly Readonly<Record<string, SourceValue>>[], get: string): readonly Value[] {
  const answers = new Map<string, Value>();
  for (const row of rows) {
    const value = row[get] ?? null;
    if (value !== null) answers.set(toText(value) ?? "", value);
  }
  return [...answers.values()];
}
