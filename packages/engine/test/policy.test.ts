import { entities, entityNames } from "@cutover/model";
import { describe, expect, it } from "vitest";
import { compositeKey } from "../src/match/normalize.js";
import { defaultKeys } from "../src/index.js";

describe("match keys", () => {
  it.each(entityNames)("of %s name fields that there are", (entity) => {
    for (const key of defaultKeys[entity]) {
      for (const field of [...key.fields, ...(key.optional ?? []), ...(key.unless ?? [])]) {
        expect(entities[entity].fields).toHaveProperty(field);
      }
    }
  });

  it("are compared in NFC, lower case and trimmed; a required part that is absent makes no key", () => {
    expect(compositeKey([" Zoe\u0308 "], 1)).toBe(compositeKey(["ZO\u00cb"], 1));
    expect(compositeKey(["a", null], 1)).not.toBeNull();
    expect(compositeKey(["a", null], 2)).toBeNull();
    expect(compositeKey(["a", "  "], 2)).toBeNull();
    expect(compositeKey(["a", "b"], 2)).not.toBe(compositeKey(["ab", ""], 1));
  });
});
