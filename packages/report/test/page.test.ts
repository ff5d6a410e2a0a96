import axe from "axe-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderPage, type Evidence, type ExceptionOf } from "@cutover/report";
import { open, told } from "./browser.js";
import { sampleEvidence, sampleRecord } from "./sample.js";

const exceptionsOf = (count: number): readonly ExceptionOf[] =>
  Array.from({ length: count }, (_, i) => ({
    ...sampleEvidence.exceptions[0]!,
    kind: i % 4 === 0 ? "different" : "flagged",
    code: i % 4 === 0 ? null : "bad-date",
    key: `K${i}`,
    what: `Person ${i} · Zoë Łukasz`,
    field: "hireDate",
    source: `2020-01-${i}`,
    target: i % 4 === 0 ? "2021" : null,
  }));

const withExceptions = (count: number): Evidence => ({
  ...sampleEvidence,
  exceptions: exceptionsOf(count),
  exceptionCount: count,
});

const recordsOf = (count: number): readonly (readonly string[])[] =>
  Array.from({ length: count }, (_, i) => [
    i % 2 === 0 ? "user" : "award",
    "old/x",
    `R${i}`,
    `Record ${i}`,
    i % 10 === 0 ? "excluded" : "created",
    i % 10 === 0 ? "revoked" : "",
    String(i),
  ]);

const withRecords = (count: number): Evidence => ({ ...sampleEvidence, recordCount: count });

/** The page without the data of its lists, which travel packed and become text in the browser. */
const markup = (page: string): string => page.replaceAll(/<script[\s\S]*?<\/script>/g, "");

describe("the page as it is written", () => {
  it("says the verdict before anything else", async () => {
    const page = markup(await renderPage(sampleEvidence, null));
    expect(page.indexOf(sampleEvidence.verdict.sentence)).toBeLessThan(page.indexOf("What ran"));
    expect(page).toContain("Rehearsal");
  });

  it("has nothing to ask of a network", async () => {
    const page = await renderPage(sampleEvidence, null);
    expect(page).not.toMatch(/\s(?:src|href)="(?!#)/);
    expect(page).toContain("default-src 'none'");
  });

  it("makes markup of no text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        const hostile = `</script><img src=x onerror=alert(1)>${text}<!--`;
        const page = await renderPage(
          {
            ...sampleEvidence,
            migration: hostile,
            exceptions: [{ ...sampleEvidence.exceptions[0]!, key: hostile, source: hostile, note: hostile }],
            reasons: [
              { entity: "user", disposition: "excluded", reason: hostile, because: hostile, count: 1 },
            ],
          },
          null,
        );
        expect(page).not.toContain("<img");
        expect(page.match(/<\/script>/g)).toHaveLength(page.match(/<script/g)!.length);
      }),
      { numRuns: 50 },
    );
  });

  it("says where the records are when they are too many for it", async () => {
    const page = await renderPage(withRecords(9_000_000), null);
    expect(page).toContain("9,000,000 records were read: too many for a page. records.csv");
  });

  it("says in words what is empty", async () => {
    const page = markup(
      await renderPage(
        {
          ...sampleEvidence,
          verdict: { outcome: "not reconciled", balanced: true, sentence: "Nothing was read.", remarks: [] },
          extracts: [],
          entities: [],
          reasons: [],
          totals: [],
          differences: [],
          flags: [],
          decisions: [],
          fidelity: [],
          conditions: [],
          exceptions: [],
          exceptionCount: 0,
          recordCount: 0,
          files: [],
        },
        null,
      ),
    );
    for (const text of ["No record was flagged", "No record was read", "has not been read back", "None"]) {
      expect(page).toContain(text);
    }
    expect(/<tbody[^>]*><\/tbody>/.test(page), "an empty table").toBe(false);
  });
});

describe("the page in a browser", () => {
  it.each([
    ["light", 1280],
    ["dark", 1280],
    ["light", 390],
    ["dark", 390],
  ] as const)("is accessible: %s, %i px wide, and never wider than that", async (scheme, width) => {
    const { page, asked, wrong } = await open(withExceptions(60), recordsOf(60), { scheme, width });
    await told(page, "exceptions");
    await told(page, "records");
    await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    // The driver's own script: the page's policy lets no other run.
    const found = (await page.evaluate(
      `(() => { ${axe.source}; return axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }); })()`,
    )) as { violations: { id: string; nodes: { html: string }[] }[] };
    expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(asked).toEqual([]);
    expect(wrong).toEqual([]);
  });

  it("is searched, filtered and paged by keyboard alone", async () => {
    const { page, wrong } = await open(withExceptions(60), [sampleRecord]);
    expect(await told(page, "exceptions")).toBe("1–25 of 60");
    const rows = page.locator("#exceptions tbody tr");
    await page.locator("#exceptions [name=text]").focus();

    // Without accents, in any order, in any case.
    await page.keyboard.type("zoe K7");
    expect(await told(page, "exceptions")).toBe("1–1 of 1");
    expect(await rows.first().locator("th").textContent()).toContain("K7");
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.press("Delete");

    await page.keyboard.press("Tab");
    await page.keyboard.type("diff");
    expect(await told(page, "exceptions")).toBe("1–15 of 15");
    expect(await rows.first().textContent()).toContain("2021");
    await page.keyboard.type("a");
    await page.selectOption("#exceptions select >> nth=0", "");

    await page.locator("#exceptions [name=next]").focus();
    await page.keyboard.press("Enter");
    expect(await told(page, "exceptions")).toBe("26–50 of 60");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    expect(await told(page, "exceptions")).toBe("51–60 of 60");
    expect(await rows.count()).toBe(10);
    // At the end the button says that it is of no use, and keeps the focus.
    expect(await page.evaluate("document.activeElement.name + document.activeElement.ariaDisabled")).toBe(
      "nexttrue",
    );
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Space");
    expect(await told(page, "exceptions")).toBe("26–50 of 60");
    expect(wrong).toEqual([]);
  });

  it("finds any record with its end", async () => {
    const { page, wrong } = await open(withRecords(50_000), recordsOf(50_000));
    await page.locator("#records [name=text]").focus();
    expect(await told(page, "records")).toBe("1–25 of 50,000");
    await page.keyboard.type("r49990");
    expect(await told(page, "records")).toBe("1–1 of 1");
    expect(await page.locator("#records tbody tr").textContent()).toMatch(
      /R49990.*Record 49990.*excluded.*revoked.*49990/,
    );
    await page.fill("#records [name=text]", "");
    await page.selectOption("#records select >> nth=1", "excluded");
    expect(await told(page, "records")).toBe("1–25 of 5,000");
    await page.fill("#records [name=text]", "no such record");
    expect(await told(page, "records")).toBe("Nothing found");
    expect(wrong).toEqual([]);
  });

  it("holds 20,000 exceptions", async () => {
    const { page, asked, wrong } = await open(withExceptions(20_000), [sampleRecord], { width: 390 });
    expect(await told(page, "exceptions")).toBe("1–25 of 20,000");
    await page.click("#exceptions [name=last]");
    expect(await told(page, "exceptions")).toBe("19,976–20,000 of 20,000");
    await page.fill("#exceptions [name=text]", "K19999");
    expect(await told(page, "exceptions")).toBe("1–1 of 1");
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect([...asked, ...wrong]).toEqual([]);
  });

  it("shows hostile names as what they are", async () => {
    const names = [
      `<script>alert(1)</script>`,
      `"><img src=x onerror=alert(1)>`,
      `</script><svg onload=alert(1)>`,
      `{{constructor.constructor('alert(1)')()}}`,
      `javascript:alert(1)`,
      `\u202Egnp.exe`,
      `a\u0000b`,
      `=HYPERLINK("http://example.org")`,
      `<!--`,
      `&lt;b&gt;`,
    ];
    const first = sampleEvidence.exceptions[0]!;
    const evidence: Evidence = {
      ...sampleEvidence,
      migration: names[0]!,
      exceptions: names.map((key) => ({
        ...first,
        key,
        what: key,
        source: key,
        target: key,
        note: key,
        code: key,
      })),
      exceptionCount: names.length,
      recordCount: names.length,
      totals: [{ ...sampleEvidence.totals[0]!, grouping: { status: names[1]! } }],
    };
    const { page, asked, wrong } = await open(
      evidence,
      names.map((name) => ["user", name, name, name, "created", name, name]),
    );
    await told(page, "exceptions");
    await told(page, "records");
    for (const [i, name] of names.entries()) {
      const shown = await page.locator(`#exceptions tbody tr >> nth=${i}`).locator("th div").textContent();
      expect(shown!.startsWith(name), name).toBe(true);
      expect(await page.locator(`#records tbody tr >> nth=${i}`).textContent()).toContain(name);
    }
    expect(await page.evaluate("document.querySelectorAll('img, svg, a[href^=javascript]').length")).toBe(0);
    expect(await page.title()).toContain(names[0]);
    expect([...asked, ...wrong]).toEqual([]);
  });

  it("is whole on paper", async () => {
    const { page, wrong } = await open(withExceptions(60), [sampleRecord]);
    await told(page, "exceptions");
    await page.emulateMedia({ media: "print" });
    await page.evaluate("dispatchEvent(new Event('beforeprint'))");
    expect(await page.locator("details:not([open])").count()).toBe(0);
    expect(await page.locator("#exceptions tbody tr").count()).toBe(60);
    expect(await page.locator("nav").isVisible()).toBe(false);
    await page.evaluate("dispatchEvent(new Event('afterprint'))");
    expect(await page.locator("#exceptions tbody tr").count()).toBe(25);
    expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(10_000);
    expect(wrong).toEqual([]);
  });

  it("shows the first exceptions and says where the others are, without scripts", async () => {
    const { page } = await open(withExceptions(60), [sampleRecord], { scripts: false });
    expect(await page.locator("#exceptions tbody tr").count()).toBe(25);
    expect(await page.locator("#exceptions noscript").textContent()).toContain("exceptions.csv");
    expect(await page.locator("#exceptions form").isVisible()).toBe(false);
  });
});
