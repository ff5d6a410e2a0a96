import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path, { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { differenceWriter } from "@cutover/ledger";
import { evidenceSchema, reportFiles, writeReport, type Evidence } from "@cutover/report";
import { newFolder } from "./folders.js";
import { inputOf, ledgerOf } from "./ledger-of.js";
import { sampleEvidence } from "./sample.js";

const validate = new Ajv2020({ allErrors: true }).compile(evidenceSchema);

const table = (folder: string, file: string): Record<string, string>[] =>
  parse(readFileSync(join(folder, file)), { bom: true, columns: true }) as Record<string, string>[];

/** Two people flagged, of whom one is accepted; one left out; one merged; a warning; a person who waits for another. */
function migration() {
  const ledger = ledgerOf([
    { key: "1", name: "Plain", disposition: "created" },
    { key: "2", name: "Waiting", disposition: "flagged", reason: "bad-date" },
    { key: "3", name: "Accepted", disposition: "created" },
    { key: "4", name: "Guest", disposition: "excluded", reason: "guest-account" },
    {
      key: "5",
      name: "Twice",
      disposition: "merged",
      reason: "same key and content as cornerstone/users record 2",
    },
    {
      key: "6",
      name: "Thrice",
      disposition: "merged",
      reason: "same key and content as cornerstone/users record 2",
    },
    { key: "7", name: "Dependent", disposition: "flagged", reason: "dependent" },
  ]);
  ledger.db.exec(`
    UPDATE record SET canonical = 2 WHERE disposition = 'merged';
    INSERT INTO issue (record, code, severity, stage, field, note, root) VALUES
      (7, 'dependent', 'flag', 'check', 'manager', 'the user it refers to is flagged', 2),
      (2, 'bad-email', 'flag', 'map', 'email', NULL, NULL),
      (3, 'bad-email', 'flag', 'map', 'email', NULL, NULL),
      (4, 'bad-email', 'flag', 'map', 'email', NULL, NULL),
      (1, 'duplicate-value', 'warning', 'check', 'email', 'shared', NULL);
    INSERT INTO decision (record, code, action, field, by, at, because)
      VALUES (3, 'bad-email', 'accept', 'email', 'R. Viewer', '2026-02-28T10:00:00Z', 'it works');
  `);
  return ledger;
}

describe("the evidence", () => {
  it("of the sample is as its schema says", () => {
    expect(validate(sampleEvidence), JSON.stringify(validate.errors)).toBe(true);
  });

  it("of a run is as its schema says, in the file too", async () => {
    const folder = newFolder();
    const evidence = await writeReport(folder, inputOf(migration()));
    expect(validate(evidence), JSON.stringify(validate.errors)).toBe(true);
    expect(JSON.parse(readFileSync(join(folder, reportFiles.evidence), "utf8"))).toEqual(evidence);
  });

  it("tells flags that wait from those that are decided or left out", async () => {
    const evidence = await writeReport(newFolder(), inputOf(migration()));
    expect(evidence.waiting).toEqual({ records: 2, own: 1, dependent: 1, decided: 0 });
    expect(evidence.verdict.remarks).toEqual([
      "2 records were held back for a person: 1 for a problem of its own, 1 only because it refers to a flagged one.",
      "1 warning was given: the record went on.",
    ]);
    expect(evidence.flags).toMatchObject([
      { code: "bad-email", severity: "flag", count: 3, waiting: 1 },
      { code: "dependent", count: 1, waiting: 1 },
      { code: "duplicate-value", severity: "warning", count: 1, waiting: 0 },
    ]);
    expect(evidence.exceptions.map(({ kind, key, settled }) => [kind, key, settled])).toEqual([
      ["flagged", "2", null],
      ["flagged", "7", null],
      ["settled", "3", "accept by R. Viewer, 2026-02-28: it works"],
      ["settled", "4", "excluded: guest-account"],
      ["warning", "1", null],
    ]);
    expect(evidence.exceptions[1]!.note).toBe("the user it refers to is flagged: cornerstone/users 2");
    expect(evidence.decisions).toMatchObject([{ action: "accept", by: "R. Viewer", count: 1 }]);
  });

  it("tells records that were decided since from those that wait", async () => {
    const ledger = migration();
    ledger.db.exec(`
      INSERT INTO decision (record, code, action, field, by, at, because)
        VALUES (2, 'bad-email', 'accept', 'email', 'R. Viewer', '2026-03-01T10:00:00Z', 'it works')`);
    const { waiting, verdict } = await writeReport(newFolder(), inputOf(ledger));
    expect(waiting).toEqual({ records: 2, own: 0, dependent: 1, decided: 1 });
    expect(verdict.remarks[0]).toMatch(/1 was decided since and goes with the next plan\.$/);
  });

  it("counts what a rule merged once, wherever it was merged into", async () => {
    const { reasons } = await writeReport(newFolder(), inputOf(migration()));
    expect(reasons.map(({ reason, because, count }) => [reason, because, count])).toEqual([
      ["same key and content as cornerstone/users", "The extract has the record more than once.", 2],
      ["guest-account", "Not a person.", 1],
    ]);
  });

  it("has both values of a difference, and what the target had to hold", async () => {
    const ledger = migration();
    ledger.db.exec(`
      INSERT INTO reconciliation (id, run, verdict, startedAt) VALUES (1, 1, 'mismatch', 'x');
    `);
    differenceWriter(
      ledger,
      1,
      "user",
    )([
      { verdict: "different", record: 1, field: "username", source: "U1", projected: "u1", target: "u9" },
      { verdict: "unexpected", record: null, targetKey: "77" },
      {
        verdict: "explained",
        record: 1,
        field: "status",
        rule: "A rule.",
        source: "deleted",
        target: "suspended",
      },
      {
        verdict: "explained",
        record: 2,
        field: "status",
        rule: "A rule.",
        source: "deleted",
        target: "suspended",
      },
      { verdict: "explained", record: 2, field: "familyName", rule: "A rule.", source: "Ann", target: "An" },
    ]);
    const figures = { source: 2, target: 3, equal: 1, explained: 0, different: 1, missing: 0, unexpected: 1 };
    const reconciled = {
      id: 1,
      verdict: "mismatch",
      finishedAt: "y",
      entities: { user: figures },
      others: [],
    } as const;
    const evidence = await writeReport(newFolder(), inputOf(ledger, { reconciled }));
    expect(evidence.exceptions.slice(0, 2)).toMatchObject([
      { kind: "different", key: "1", field: "username", source: "U1", expected: "u1", target: "u9" },
      { kind: "unexpected", key: null, targetKey: "77" },
    ]);
    const explained = evidence.differences.filter(({ verdict }) => verdict === "explained");
    expect(explained, "whose words may be told, and whose not").toMatchObject([
      { field: "status", count: 2, pairs: [{ source: "deleted", target: "suspended", count: 2 }] },
      { field: "familyName", count: 1, pairs: [] },
    ]);
    expect(evidence.verdict.sentence).toBe(
      "The target does not hold what was planned: 1 different, 1 unexpected.",
    );
  });

  it("never holds a credential", async () => {
    const ledger = migration();
    ledger.db.exec(`
      UPDATE "user" SET passwordHash = 'not-to-be-seen';
      INSERT INTO issue (record, code, severity, stage, field) VALUES (2, 'too-long', 'flag', 'map', 'passwordHash');
    `);
    const folder = newFolder();
    await writeReport(folder, inputOf(ledger));
    for (const file of [reportFiles.evidence, reportFiles.exceptionsCsv, reportFiles.recordsCsv]) {
      expect(readFileSync(join(folder, file), "utf8")).not.toContain("not-to-be-seen");
    }
  });

  it("says that a run was taken back, and that broken books do not balance", async () => {
    const ledger = migration();
    ledger.db.exec("UPDATE run SET state = 'undone'; UPDATE record SET disposition = NULL WHERE id = 1");
    const { verdict } = await writeReport(newFolder(), inputOf(ledger));
    expect(verdict.balanced).toBe(false);
    expect(verdict.sentence).toBe("The books do not balance; the target has not been read back.");
    expect(verdict.remarks[0]).toBe("The run was taken back afterwards.");
  });
});

describe("the files", () => {
  it("have every record with its end", async () => {
    const folder = newFolder();
    await writeReport(folder, inputOf(migration()));
    const lines = table(folder, reportFiles.recordsCsv);
    expect(lines.map((l) => [l["source key"], l["disposition"], l["reason"], l["target key"]])).toEqual([
      ["1", "created", "", "1001"],
      ["2", "flagged", "bad-date", ""],
      ["3", "created", "", "1003"],
      ["4", "excluded", "guest-account", ""],
      ["5", "merged", "same key and content as cornerstone/users record 2", ""],
      ["6", "merged", "same key and content as cornerstone/users record 2", ""],
      ["7", "flagged", "dependent", ""],
    ]);
    expect(lines[3]!["what it is"]).toBe("u4 · Guest · active");
  });

  it("are those whose digests stand beside them", async () => {
    const folder = newFolder();
    const evidence = await writeReport(folder, inputOf(migration()));
    const sums = readFileSync(join(folder, reportFiles.sums), "utf8").trimEnd().split("\n");
    expect(sums).toHaveLength(5);
    for (const line of sums) {
      const [digest, name] = line.split("  ") as [string, string];
      const content = readFileSync(join(folder, name));
      expect(createHash("sha256").update(content).digest("hex"), name).toBe(digest);
    }
    for (const { name, rows, bytes } of evidence.files) {
      expect(readFileSync(join(folder, name))).toHaveLength(bytes);
      if (name.endsWith(".csv")) expect(table(folder, name)).toHaveLength(rows);
    }
  });
});

describe("the sample in reports/sample", () => {
  const sample = path.resolve(import.meta.dirname, "../../../reports/sample");

  it("is as the schema says, and its files are those that were written", () => {
    const evidence = JSON.parse(readFileSync(path.join(sample, reportFiles.evidence), "utf8")) as Evidence;
    expect(validate(evidence), "make it anew, as reports/README.md says").toBe(true);
    for (const line of readFileSync(path.join(sample, reportFiles.sums), "utf8").trimEnd().split("\n")) {
      const [digest, name] = line.split("  ") as [string, string];
      const content = readFileSync(path.join(sample, name));
      expect(createHash("sha256").update(content).digest("hex"), name).toBe(digest);
    }
  });
});
