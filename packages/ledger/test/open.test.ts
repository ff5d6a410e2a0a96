import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CutoverError } from "@cutover/model";
import { openLedger, type Ledger } from "@cutover/ledger";

let folder: string;
let open: Ledger[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cutover-ledger-"));
  open = [];
});

afterEach(() => {
  for (const ledger of open) ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const keep = (ledger: Ledger): Ledger => {
  open.push(ledger);
  return ledger;
};

const failure = (work: () => unknown): CutoverError => {
  try {
    work();
  } catch (error) {
    if (error instanceof CutoverError) return error;
    throw error;
  }
  throw new Error("it did not fail");
};

describe("opening a ledger", () => {
  it("makes it with its folder, and finds it again", () => {
    const path = join(folder, ".cutover", "ledger.db");
    const made = openLedger(path, { create: true });
    const head = made.append("tried", { a: 1 });
    made.close();
    const again = keep(openLedger(path));
    expect(again.head()).toEqual({ seq: head.seq, digest: head.digest });
    expect(again.db.pragma("journal_mode", { simple: true })).toBe("wal");
  });

  it("says so where there is none, and makes nothing", () => {
    const path = join(folder, "none.db");
    const error = failure(() => openLedger(path));
    expect([error.code, error.exitStatus]).toEqual(["ledger-unusable", 3]);
    expect(error.remedy).toBeDefined();
    expect(existsSync(path)).toBe(false);
  });

  it("refuses what is no SQLite file, and what is one of somebody else", () => {
    const text = join(folder, "text.db");
    writeFileSync(text, "id,name\n".repeat(500));
    expect(failure(() => openLedger(text)).code).toBe("ledger-unusable");
    const other = join(folder, "other.db");
    const db = new Sqlite(other);
    db.exec("CREATE TABLE t (a)");
    db.close();
    const error = failure(() => openLedger(other, { create: true }));
    expect(error.code).toBe("ledger-unusable");
    expect(error.message).toContain("no ledger");
  });

  it("refuses a damaged file and says how to go on", () => {
    const path = join(folder, "l.db");
    openLedger(path, { create: true }).close();
    truncateSync(path, 6000);
    const error = failure(() => openLedger(path).checkIntegrity());
    expect(error.code).toBe("ledger-unusable");
    expect(error.remedy).toContain("Restore");
  });

  it("refuses a ledger of an older version as it is, and says how to go on", () => {
    const path = join(folder, "old.db");
    openLedger(path, { create: true }).close();
    const db = new Sqlite(path);
    // Version 1 had the crosswalk in a table of its own.
    db.exec(
      "DROP VIEW crosswalk; CREATE TABLE crosswalk (record INTEGER PRIMARY KEY); PRAGMA user_version = 1",
    );
    db.close();
    for (const options of [{}, { create: true }, { readonly: true }]) {
      const error = failure(() => openLedger(path, options));
      expect([error.code, error.exitStatus]).toEqual(["ledger-version", 2]);
      expect(error.message).toContain("is of version 1");
      expect(error.remedy).toContain("plan again");
    }
  });

  it("refuses a ledger of another version", () => {
    const path = join(folder, "l.db");
    openLedger(path, { create: true }).close();
    const db = new Sqlite(path);
    db.pragma("user_version = 99");
    db.close();
    expect(failure(() => openLedger(path)).code).toBe("ledger-version");
  });

  it("cannot be made where a file is in the way", () => {
    writeFileSync(join(folder, "file"), "");
    const error = failure(() => openLedger(join(folder, "file", "ledger.db"), { create: true }));
    expect(error.code).toBe("ledger-unusable");
  });
});

describe("the holder of a ledger", () => {
  it("keeps a second writer out and lets readers in", () => {
    const path = join(folder, "l.db");
    const first = keep(openLedger(path, { create: true, command: "run" }));
    const error = failure(() => openLedger(path, { command: "plan" }));
    expect(error.code).toBe("ledger-busy");
    expect(error.message).toContain(`process ${process.pid} on `);
    expect(error.message).toContain("cutover run");
    const reader = keep(openLedger(path, { readonly: true }));
    expect(reader.head()).toEqual(first.head());
    first.close();
    const second = keep(openLedger(path));
    expect(second.staleHolder).toBeNull();
  });

  it("is recognized as gone after it was killed", async () => {
    const path = join(folder, "l.db");
    openLedger(path, { create: true }).close();
    const child = spawn(
      process.execPath,
      [
        // What was built: outside the test runner, node reads no TypeScript.
        "--input-type=module",
        "-e",
        `import { openLedger } from "@cutover/ledger";
         const ledger = openLedger(${JSON.stringify(path)}, { command: "run" });
         ledger.append("begun", {});
         console.log("ready");
         setInterval(() => ledger.head(), 1000);`,
      ],
      { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] },
    );
    const first = await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
    expect(String(first[0])).toBe("ready\n");
    const busy = failure(() => openLedger(path));
    expect(busy.message).toContain(`process ${child.pid}`);
    child.kill("SIGKILL");
    await once(child, "exit");
    const ledger = keep(openLedger(path));
    expect(ledger.staleHolder).toMatchObject({ pid: child.pid, command: "cutover run" });
    expect(ledger.verifyChain()).toMatchObject({ entries: 3, brokenAt: null });
  });
});
