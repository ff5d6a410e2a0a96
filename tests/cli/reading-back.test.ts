import Sqlite from "better-sqlite3";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutover, json } from "./support/cutover.js";
import { makeSmall, type Small } from "./support/small.js";

/** So many that written rows are looked for on a thread of its own. */
const people = 12_000;

describe("reconciling many records", () => {
  let small: Small;
  const change = (sql: string): void => {
    const db = new Sqlite(path.join(small.folder, "target.db"));
    try {
      db.exec(sql);
    } finally {
      db.close();
    }
  };
  beforeAll(async () => {
    small = makeSmall({ people });
    await json(["run", small.folder], 0);
  });
  afterAll(() => small.remove());

  it("matches what was loaded", async () => {
    expect(await json(["reconcile", small.folder], 0)).toMatchObject({
      verdict: "match",
      entities: { user: { source: people, different: 0, missing: 0, unexpected: 0 } },
    });
  });

  it("is stopped by Ctrl-C", async () => {
    const { status } = await cutover(["reconcile", small.folder], {
      started: (child) => void setTimeout(() => child.kill("SIGINT"), 600),
    });
    // Where it was quicker than the signal, it is through.
    expect([0, 130]).toContain(status);
  });

  it("finds rows that are gone or were changed", async () => {
    change(
      "DELETE FROM person WHERE login = 'login11990'; UPDATE person SET mail = 'x@example.org' WHERE login = 'login7'",
    );
    expect(await json(["reconcile", small.folder], 5)).toMatchObject({
      verdict: "mismatch",
      entities: { user: { source: people, different: 1, missing: 1, unexpected: 0 } },
    });
    const rows = small.ledger("SELECT verdict, projected FROM difference WHERE verdict = 'missing'");
    expect(rows).toHaveLength(1);
  });

  it("says what stands in its way as any command does", async () => {
    change("ALTER TABLE person RENAME TO people_of_old");
    const { status, out } = await cutover(["reconcile", small.folder, "--json"]);
    expect(status).toBeGreaterThan(1);
    expect(JSON.parse(out)).toMatchObject({ error: { message: expect.any(String) as string } });
  });
});
