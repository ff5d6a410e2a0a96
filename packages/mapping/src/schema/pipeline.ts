import type { StepInfo } from "../definition.js";
import {
  either,
  enumeration,
  flag,
  listOf,
  object,
  oneOrMore,
  ref,
  text,
  type JsonSchema,
} from "./common.js";

/** Keys of a pipeline that are no steps. */
export const pipelineKeys: Readonly<Record<string, JsonSchema>> = {
  from: oneOrMore("The column or field it begins with; several make a list."),
  value: { description: "A constant to begin with." },
  when: text("CEL: where this does not hold, the value is null."),
  cases: listOf(ref("case"), "The first case whose `when` holds gives the value; none gives null."),
  merge: listOf(
    { type: "object", description: "A pipeline that gives a map." },
    "Maps laid over one another; of members with one name the later one is taken.",
  ),
  steps: listOf(
    { type: "object", minProperties: 1, description: "One step with its options." },
    "Steps in order, where one is needed twice.",
  ),
  later: flag("Written in a second pass, when what it refers to exists."),
  because: text("The reason, for the reviewer."),
};

const described = ({ description }: JsonSchema, otherwise: string): string =>
  typeof description === "string" ? description : otherwise;

/**
 * `$defs` of pipelines. With `details`, the steps' own schemas are put in, for editors; without, only the
 * names are checked: the parser checks each step's argument by the step's schema and says it better.
 */
export function pipelineDefs(
  steps: ReadonlyMap<string, StepInfo>,
  details: boolean,
): Readonly<Record<string, JsonSchema>> {
  const members = new Map<string, JsonSchema[]>();
  const add = (name: string, schema: JsonSchema): void => {
    members.set(name, [...(members.get(name) ?? []), schema]);
  };
  for (const step of steps.values()) {
    add(step.name, {
      description: step.doc,
      ...(step.ofSteps === true ? pipelineKeys["steps"] : step.schema),
    });
  }
  for (const step of steps.values()) {
    for (const [option, schema] of Object.entries(step.options)) {
      add(option, {
        ...schema,
        description: `Of \`${step.name}\`: ${described(schema, option)}`,
      });
    }
  }
  const properties: Record<string, JsonSchema> = {};
  for (const [name, schemas] of members) {
    properties[name] = !details ? {} : schemas.length === 1 ? schemas[0]! : { anyOf: schemas };
  }
  const step = details
    ? listOf({ type: "object", properties, additionalProperties: false, minProperties: 1 }, "Steps in order.")
    : pipelineKeys["steps"]!;
  const parts = listOf(ref("pipelineObject"), String(pipelineKeys["merge"]!["description"]));
  const pipeline = object({ ...properties, ...pipelineKeys, steps: step, merge: parts }, []);
  return {
    pipeline: either(
      { type: "object" },
      ref("pipelineObject"),
      text("The column or field it is taken from, as it is."),
    ),
    pipelineObject: { ...pipeline, description: "How the value comes about, step by step in this order." },
    case: pipeline,
    rule: object(
      {
        rule: { ...text("Name of the rule; it stands in the report."), pattern: "^[a-z0-9][a-z0-9-]*$" },
        when: text("CEL: the records it excludes."),
        because: text("The reason, for reviewers and auditors."),
      },
      ["rule", "when", "because"],
    ),
    check: object(
      {
        name: { ...text("Name of the check."), pattern: "^[a-z0-9][a-z0-9-]*$" },
        that: text("CEL over the canonical fields: what must hold."),
        because: text("The reason, in words."),
        else: enumeration(["flag", "warning"], "What happens where it does not hold; flag unless said."),
      },
      ["that", "because"],
    ),
  };
}
