import { copyFileSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { afterAll, expect, it } from "vitest";
import { ask } from "./kit/databases.js";
import { command, isWell } from "./kit/ends.js";
import { Sources } from "./kit/migration.js";

const sources = new Sources({ people: 90, results: 150 });
afterAll(() => sources.close());

/** Leaves a file as a process that was killed in the midst of a commit does: changed, with the journal of what was there. */
function leaveHalfWritten(file: string): void {
  const db = new Sqlite(file);
  db.pragma("cache_size = 1");
  db.exec("BEGIN IMMEDIATE");
  db.exec("UPDATE person SET given = 'Half'");
  db.exec(
    "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 2000) INSERT INTO field (name) SELECT 'half ' || n FROM n",
  );
  for (const end of ["", "-journal"]) copyFileSync(`${file}${end}`, `${file}.kept${end}`);
  db.exec("ROLLBACK");
  db.close();
  for (const end of ["", "-journal"]) copyFileSync(`${file}.kept${end}`, `${file}${end}`);
}

it("a file that a killed run left half-written is put right by the next", async () => {
  const migration = await sources.migration("sqlite", "sqlite");
  await migration.target.run("PRAGMA journal_mode = DELETE");
  expect(await command("plan", migration)).toSatisfy(isWell);
  leaveHalfWritten(migration.target.url.replace(/^sqlite:/, ""));
  // Nobody who only reads can put it right.
  await expect(ask(migration.target, ["SELECT 1 FROM person"])).rejects.toMatchObject({
    code: "SQLITE_READONLY_ROLLBACK",
  });
  const said = await command("run", migration);
  expect(said, said.err).toSatisfy(isWell);
  const [half] = await ask(migration.target, [
    "SELECT COUNT(*) AS n FROM person WHERE given = 'Half' UNION ALL SELECT COUNT(*) FROM field WHERE name LIKE 'half%'",
  ]);
  expect(half).toEqual([{ n: 0 }, { n: 0 }]);
  await migration.remove();
});
