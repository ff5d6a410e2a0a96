import fc from "fast-check";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { evidenceSchema, renderPage, type Evidence, type ExceptionOf } from "@cutover/report";
import { sampleEvidence } from "./sample.js";

const exception = (source: string): ExceptionOf => ({
  ...sampleEvidence.exceptions[0]!,
  key: source,
  source,
  target: source,
  note: source,
});

/** The page without the data of its lists, which travel as JSON and become text in the browser. */
const markup = (page: string): string => page.replaceAll(/<script[\s\S]*?<\/script>/g, "");

describe("the evidence", () => {
  it("is as its schema says", () => {
    const validate = new Ajv2020({ allErrors: true }).compile(evidenceSchema);
    expect(validate(sampleEvidence), JSON.stringify(validate.errors)).toBe(true);
  });
});

describe("the page", () => {
  it("says the verdict before anything else", () => {
    const page = markup(renderPage(sampleEvidence));
    expect(page.indexOf(sampleEvidence.verdict.sentence)).toBeLessThan(page.indexOf("What ran"));
    expect(page).toContain("Rehearsal");
  });

  it("asks nothing of a network", () => {
    const page = renderPage(sampleEvidence);
    expect(page).not.toMatch(/\s(?:src|href)="(?!#)/);
    expect(page).toContain("default-src &#39;none&#39;".replaceAll("&#39;", "'"));
  });

  it("shows any text as text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const hostile = `</script><img src=x onerror=alert(1)>${text}<!--`;
        const evidence: Evidence = {
          ...sampleEvidence,
          migration: hostile,
          exceptions: [exception(hostile)],
          reasons: [{ entity: "user", disposition: "excluded", reason: hostile, because: hostile, count: 1 }],
        };
        const page = renderPage(evidence);
        expect(page).not.toContain("<img");
        expect(page.match(/<\/script>/g)).toHaveLength(page.match(/<script/g)!.length);
      }),
      { numRuns: 50 },
    );
  });
});
