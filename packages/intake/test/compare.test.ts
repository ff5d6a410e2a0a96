import { describe, expect, it } from "vitest";
import { emptyRecord, type CanonicalRecord } from "@cutover/model";
import { compare, keptRule } from "@cutover/intake";

const record = (fields: CanonicalRecord): CanonicalRecord => ({ ...emptyRecord("user"), ...fields });
const none = new Map<string, string>();

describe("comparing a record with the target's", () => {
  const source = record({
    username: "Anna",
    familyName: "Kalniņa",
    custom: { b: "2", a: "1" },
    locale: "lv",
  });

  it("finds it equal where nothing changes, whatever the order of keys", () => {
    const projection = { record: source, explained: none, ignored: none };
    const target = record({ ...source, custom: { a: "1", b: "2" } });
    expect(compare("user", { source, projection, target })).toEqual({ verdict: "equal", fields: [] });
  });

  it("explains what a step changed, and what the target overwrites", () => {
    const projection = {
      record: { ...source, username: "anna" },
      explained: new Map([
        ["username", "case: lower"],
        ["familyName", "truncate: 100"],
      ]),
      ignored: new Map([["locale", "The site sets it."]]),
    };
    const target = record({ ...source, username: "anna", locale: "en" });
    expect(compare("user", { source, projection, target })).toEqual({
      verdict: "explained",
      fields: [
        {
          field: "username",
          verdict: "explained",
          rule: "case: lower",
          source: "Anna",
          projected: "anna",
          target: "anna",
        },
        {
          field: "locale",
          verdict: "explained",
          rule: "The site sets it.",
          source: "lv",
          projected: "lv",
          target: "en",
        },
      ],
    });
  });

  it("finds it different where the target is not what was projected, explained or not", () => {
    const projection = {
      record: { ...source, username: "anna" },
      explained: new Map([["username", "case: lower"]]),
      ignored: none,
    };
    const result = compare("user", { source, projection, target: source });
    expect(result.verdict).toBe("different");
    expect(result.fields).toMatchObject([
      { field: "username", verdict: "different", rule: null, target: "Anna" },
    ]);
  });

  it("lets an existing record keep what it keeps, and nothing else", () => {
    const projection = { record: source, explained: none, ignored: none };
    const before = record({ ...source, locale: "en" });
    const kept = { fields: new Set(["locale"]), before };
    expect(compare("user", { source, projection, target: before, kept })).toMatchObject({
      verdict: "explained",
      fields: [{ field: "locale", rule: keptRule, projected: "en" }],
    });
    const overwritten = compare("user", { source, projection, target: source, kept });
    expect(overwritten).toMatchObject({ verdict: "different", fields: [{ field: "locale", target: "lv" }] });
  });

  it("tells the same of a record whether it was written now or by an earlier load", () => {
    const projected = record({ ...source, locale: "en" });
    const projection = {
      record: projected,
      explained: new Map([["locale", "Everybody gets the site's language."]]),
      ignored: new Map([["createdAt", "The site sets it."]]),
    };
    const target = record({ ...projected, createdAt: "2026-01-01T00:00:00Z" });
    const kept = { fields: new Set(["locale", "createdAt"]), before: target };
    const written = compare("user", { source, projection, target });
    expect(written.fields.map(({ field }) => field)).toEqual(["locale", "createdAt"]);
    expect(compare("user", { source, projection, target, kept })).toEqual(written);
  });

  it("lets an existing record have further entries of a map, and no others", () => {
    const projection = { record: source, explained: none, ignored: none };
    const before = record({ ...source, custom: { b: "1", shoe: "38", hat: "M" } });
    const kept = { fields: new Set<string>(), before };
    const written = (custom: Readonly<Record<string, string>>) =>
      compare("user", { source, projection, target: record({ ...source, custom }), kept }).verdict;
    expect(written({ a: "1", b: "2", shoe: "38", hat: "M" })).toBe("explained");
    expect(written({ a: "1", b: "2", shoe: "38" }), "the hat is gone").toBe("different");
    expect(written({ a: "1", b: "2", shoe: "39" })).toBe("different");
    expect(written({ a: "1", b: "2", glove: "9" })).toBe("different");
    expect(written({ b: "2", shoe: "38", hat: "M" })).toBe("different");
    expect(written({ a: "1", b: "2" })).toBe("equal");
  });
});
