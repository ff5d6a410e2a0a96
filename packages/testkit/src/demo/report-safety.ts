import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

const files = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

/**
 * What came alive in a report that must not: markup in a page, a formula in a cell. Gives one line for
 * each file in which it did; none where the report is safe to open.
 */
export function comeAlive(report: string): readonly string[] {
  const found: string[] = [];
  for (const file of files(report)) {
    const name = path.relative(report, file);
    if (file.endsWith(".html") && /<script>alert\(/i.test(readFileSync(file, "utf8"))) {
      found.push(`${name}: markup from the data is part of the page`);
    }
    if (file.endsWith(".csv") && /(^|[,;\t"])=HYPERLINK\(/m.test(readFileSync(file, "utf8"))) {
      found.push(`${name}: a formula from the data would run`);
    }
  }
  return found;
}
