import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { jsonSchemas, stepReference } from "../src/index.js";
import { acme } from "./folder.js";

const { system, mapping } = jsonSchemas();
const validator = (schema: object) =>
  new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true }).compile(schema);
const isSystem = validator(system);
const isMapping = validator(mapping);
const accepts = (validate: typeof isMapping, text: string) => {
  const good = validate(parse(text));
  return good
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ""}`);
};

describe("the published schemas", () => {
  test("take what the loader takes", () => {
    expect(accepts(isSystem, acme["system.yaml"]!)).toEqual([]);
    expect(accepts(isMapping, acme["inbound/users.yaml"]!)).toEqual([]);
    expect(accepts(isMapping, acme["outbound/users.yaml"]!)).toEqual([]);
  });

  test("take a file that extends another and says only what differs", () => {
    expect(accepts(isMapping, "extends: acme/users\nfields: { email: mail }\n")).toEqual([]);
    expect(accepts(isMapping, "extends: acme/users\nnoSlot: { city: None. }\n")).toEqual([]);
    expect(accepts(isSystem, "extends: acme\nparameters: { prefix: { default: b_ } }\n")).toEqual([]);
  });

  test.each([
    ["an unknown member", "exclude:", "exlude:"],
    ["an unknown field of the entity", "email: mail", "emial: mail"],
    ["an unknown step", "case: lower", "casse: lower"],
    ["a step's wrong argument", "case: lower", "case: lwer"],
    ["an unknown issue code", "excluded: guest", "issues: [nonsense]"],
  ])("refuse %s", (_, from, to) => {
    expect(accepts(isMapping, acme["inbound/users.yaml"]!.replace(from, to))).not.toEqual([]);
  });

  test("complete every step with its description", () => {
    const pipeline = (
      mapping["$defs"] as Record<string, { properties: Record<string, { description?: string }> }>
    )["pipelineObject"]!;
    for (const { name } of stepReference()) {
      expect(Object.keys(pipeline.properties)).toContain(name);
    }
    expect(pipeline.properties["truncate"]?.description).toMatch(/\w/);
  });
});

test("the reference of steps has a sentence, a schema and examples for each", () => {
  const reference = stepReference();
  expect(reference.length).toBeGreaterThan(30);
  expect(reference.filter(({ doc }) => !doc.endsWith("."))).toEqual([]);
  expect(reference.filter(({ version }) => version < 1)).toEqual([]);
  expect(reference.filter(({ examples }) => examples.length === 0)).toEqual([]);
});
