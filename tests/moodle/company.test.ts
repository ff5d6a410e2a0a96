import { writeFileSync, readFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { freshDatabase, makeDemoMigration } from "@cutover/testkit";
import { cutover } from "./cutover.js";
import { loadDump } from "./load-dump.js";
import { samplesAreThere } from "./samples.js";
import { asking, stateOf } from "./target-state.js";

interface Verdicts {
  readonly different: number;
  readonly missing: number;
  readonly unexpected: number;
}

describe.skipIf(!samplesAreThere())("a company's exports move into a real empty Moodle", () => {
  it.each(["postgresql", "mariadb"] as const)("on %s, and are taken back", async (engine) => {
    const database = await freshDatabase(engine);
    const folder = mkdtempSync(path.join(tmpdir(), "cutover-company-"));
    try {
      await loadDump(database.url, `empty-${engine}`);
      const target = await asking(database.url);
      const untouched = await stateOf(target);
      await makeDemoMigration(folder, { size: "tiny" });
      const file = path.join(folder, "migration.yaml");
      writeFileSync(path.join(folder, "target.url"), database.url);
      writeFileSync(
        file,
        readFileSync(file, "utf8").replace('{ url: "sqlite:moodle.db" }', "{ urlFile: target.url }"),
      );

      const run = await cutover<{ balanced: boolean }>("run", folder);
      expect([run.status, run.json.balanced]).toEqual([4, true]);
      const found = await cutover<{ verdict: string; entities: Readonly<Record<string, Verdicts>> }>(
        "reconcile",
        folder,
      );
      for (const verdicts of Object.values(found.json.entities)) {
        expect(verdicts).toMatchObject({ different: 0, missing: 0, unexpected: 0 });
      }
      expect(found.json.verdict).toBe("match");
      const undone = await cutover<{ kept: readonly unknown[] }>("undo", folder);
      expect(undone.json.kept).toEqual([]);
      const left = await stateOf(target);
      for (const [table, rows] of untouched) expect(left.get(table), table).toBe(rows);
      await target.close();
    } finally {
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
