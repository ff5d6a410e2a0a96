import { entities } from "@cutover/model";
import type { FoundIssue, InboundMapping } from "../contract.js";
import type { InboundDef, InboundExampleDef } from "../definition.js";
import { keyNames, pipelineNames } from "../lint/usage.js";
import { steps } from "../steps/index.js";
import { issueDifferences, recordDifferences, shown } from "./compare.js";

/** What comes out otherwise than an inbound mapping's example says, a sentence each. */
export function runInbound(
  mapping: InboundMapping,
  def: InboundDef,
  example: InboundExampleDef,
): readonly string[] {
  const mapped = mapping.map(def.extract.spec.columns.map(({ name }) => example.given[name] ?? null));
  const differences: string[] = [];
  if (mapped.excluded !== example.excluded) {
    if (mapped.excluded !== null) return [`the rule \`${mapped.excluded}\` excludes the row`];
    differences.push(`the rule \`${example.excluded ?? ""}\` does not exclude the row`);
  }
  if (example.key !== null && mapped.key !== example.key) {
    differences.push(`the key is ${shown(mapped.key)}, not ${shown(example.key)}`);
  }
  if (example.excluded !== null) return differences;
  const fields = entities[def.entity].fields;
  if (example.expect !== null) {
    differences.push(
      ...recordDifferences(example.expect, mapped.record ?? {}, (field) => fields[field]?.kind),
    );
  }
  const issues = mapped.issues.filter((issue) => !isLeftOut(issue, def, example));
  return [...differences, ...issueDifferences(example.issues, issues)];
}

/** An example gives the columns it is about: a key, or a required field, of others is no finding of its own. */
function isLeftOut({ code, field }: FoundIssue, def: InboundDef, example: InboundExampleDef): boolean {
  if (example.issues?.includes(code) === true) return false;
  const isGiven = (name: string): boolean => Object.hasOwn(example.given, name);
  if (code === "missing-key") return !keyNames(def.key).every(isGiven);
  if (code !== "required-field") return false;
  const filling = def.fields.find(({ name }) => name === field);
  return filling === undefined || !pipelineNames(filling.pipeline, steps).every(isGiven);
}
