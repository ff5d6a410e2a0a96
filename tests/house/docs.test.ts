import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { referencePages } from "@cutover/cli";
import { mediaPage } from "../conformance/media-page.js";

const docs = path.resolve(import.meta.dirname, "../../docs");
const writing = process.env["CUTOVER_WRITE_DOCS"] === "1";

/** What the commands' packages tell of themselves, and what the conformance suites prove of media. */
const pages = new Map([...referencePages(), ["reference/media.md", mediaPage()]]);

// `pnpm generate` runs this file with CUTOVER_WRITE_DOCS=1; anything else only compares.
for (const [page, text] of pages) {
  it(`docs/${page} is as generated`, () => {
    const file = path.join(docs, page);
    if (writing) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    expect(existsSync(file) ? readFileSync(file, "utf8") : "", "stale: run `pnpm generate` and commit").toBe(
      text,
    );
  });
}

it("docs/reference and docs/schema hold generated files only", () => {
  const known = new Set(pages.keys());
  for (const folder of ["reference", "schema"]) {
    for (const file of readdirSync(path.join(docs, folder))) expect(known).toContain(`${folder}/${file}`);
  }
});
