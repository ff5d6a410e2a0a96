import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalJson,
  decodeRecord,
  emptyRecord,
  encodeRecord,
  entityNames,
  invalidFields,
  issueCodes,
  errorCodes,
} from "@cutover/model";

describe("canonical values", () => {
  it("come back from SQLite as they went in", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.string()),
        fc.array(fc.string({ minLength: 1 })),
        (custom, languages) => {
          const record = { ...emptyRecord("course"), custom: { ...custom }, languages };
          expect(canonicalJson(decodeRecord("course", encodeRecord("course", record)))).toBe(
            canonicalJson(record),
          );
        },
      ),
    );
  });

  it("have one text whatever the order of their keys", () => {
    expect(canonicalJson({ b: 1, a: [{ d: null, c: "x" }] })).toBe('{"a":[{"c":"x","d":null}],"b":1}');
  });
});

describe("schemas", () => {
  it.each(entityNames)("%s compiles, and names the required fields that are empty", (name) => {
    const missing = invalidFields(name, emptyRecord(name));
    expect(missing.length).toBeGreaterThan(0);
  });

  it("refuses days that cannot be, units that are not there, and long text", () => {
    const base = { ...emptyRecord("user"), status: "active" };
    expect(invalidFields("user", base)).toEqual([]);
    expect(invalidFields("user", { ...base, hireDate: "2024-13-01" })).toEqual(["hireDate"]);
    expect(invalidFields("user", { ...base, country: "DEU" })).toEqual(["country"]);
  });
});

describe("codes", () => {
  it("are unique between errors and issues", () => {
    const all = [...Object.keys(issueCodes), ...Object.keys(errorCodes)];
    expect(new Set(all).size).toBe(all.length);
  });
});
