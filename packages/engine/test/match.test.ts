import { describe, expect, it } from "vitest";
import { trial } from "./kit/trials.js";

describe("matching with the target", () => {
  it("recognizes people by number, by user name, and by e-mail and family name", async () => {
    const t = trial({
      source: `INSERT INTO person (id, number, login, mail, family) VALUES
        (1, 'E1', 'new1', NULL, NULL), (2, NULL, 'BOB', NULL, NULL), (3, NULL, 'c', 'C@x.example', 'Cas'), (4, 'E4', 'd', NULL, NULL)`,
      target: `INSERT INTO person (number, login, mail, family) VALUES
        ('e1 ', 'old1', NULL, NULL), (NULL, 'bob', NULL, NULL), (NULL, 'cleo', 'c@X.example', 'cas')`,
    });
    await t.plan();
    expect(t.ends("user")).toEqual([
      "user 1: updated",
      "user 2: unchanged",
      "user 3: updated",
      "user 4: created",
    ]);
  });

  it("flags contradictions and ambiguities instead of guessing", async () => {
    const t = trial({
      source: `INSERT INTO person (id, number, login, mail, family) VALUES
        (1, 'E1', 'anna', NULL, NULL), (2, 'E2', 'bob', NULL, NULL), (3, NULL, 'c', 'c@x.example', 'Cas')`,
      target: `INSERT INTO person (number, login, mail, family) VALUES
        ('E1', 'x', NULL, NULL), (NULL, 'anna', NULL, NULL), ('E99', 'bob', NULL, NULL),
        (NULL, 'c1', 'c@x.example', 'Cas'), (NULL, 'c2', 'c@x.example', 'Cas')`,
    });
    await t.plan();
    expect(t.ends("user")).toEqual([
      "user 1: flagged (conflicting-match)",
      "user 2: flagged (conflicting-match)",
      "user 3: flagged (ambiguous-match)",
    ]);
  });

  it("lets a person say which it is", async () => {
    const t = trial({
      source: `INSERT INTO person (id, number, login, mail, family) VALUES (1, NULL, 'c', 'c@x.example', 'Cas')`,
      target: `INSERT INTO person (number, login, mail, family) VALUES (NULL, 'c1', 'c@x.example', 'Cas'), (NULL, 'c2', 'c@x.example', 'Cas')`,
    });
    await t.plan();
    t.ledger.db.exec(
      `INSERT INTO decision (record, code, action, value, by, at, because) SELECT id, 'ambiguous-match', 'match', '2', 'Ada', 'now', 'Asked her.' FROM "user"`,
    );
    await t.plan();
    expect(t.ends("user")).toEqual(["user 1: updated"]);
    await t.load();
    expect(t.rows("academy", "SELECT login FROM person ORDER BY id")).toEqual([
      { login: "c1" },
      { login: "c" },
    ]);
  });

  it("stays in doubt after others were recognized", async () => {
    const t = trial({
      source: `INSERT INTO person (id, login, mail, family) VALUES (1, 'c', 'c@x.example', 'Cas'), (2, 'anna', 'c@x.example', 'Cas')`,
      target: `INSERT INTO person (login, mail, family) VALUES ('anna', 'c@x.example', 'Cas'), ('zoe', 'c@x.example', 'Cas')`,
    });
    const ends = ["user 1: flagged (ambiguous-match)", "user 2: unchanged"];
    await t.plan();
    expect(t.ends("user")).toEqual(ends);
    await t.load();
    await t.disconnect();
    await t.plan();
    expect(t.ends("user")).toEqual(ends);
  });

  it("gives what one record was recognized as to no other that comes later", async () => {
    const t = trial({
      source: `INSERT INTO person (id, login, mail, family) VALUES (1, 'cleo', 'c@x.example', 'Cas')`,
      target: `INSERT INTO person (login, mail, family) VALUES ('cleo', 'c@x.example', 'Cas')`,
    });
    await t.plan();
    await t.load();
    await t.disconnect();
    t.on("school", "INSERT INTO person (id, login, mail, family) VALUES (2, 'c2', 'c@x.example', 'Cas')");
    await t.plan();
    expect(t.ends("user")).toEqual(["user 1: unchanged", "user 2: flagged (ambiguous-match)"]);
    t.ledger.db.exec(
      `INSERT INTO decision (record, code, action, value, by, at, because) SELECT record, 'ambiguous-match', 'match', '1', 'Ada', 'now', 'Asked her.' FROM flag`,
    );
    await t.disconnect();
    t.on("school", "INSERT INTO person (id, login, mail, family) VALUES (3, 'c3', 'c@x.example', 'Cas')");
    await t.plan();
    // Of this row a person has spoken: nobody else is taken for it.
    expect(t.ends("user")).toEqual(["user 1: unchanged", "user 2: updated", "user 3: created"]);
  });

  it("compares what the target keeps as it would be read back, and keeps what it is told to keep", async () => {
    const t = trial({
      target: `
        INSERT INTO org (code, name) VALUES ('HQ', 'Head office'), ('R', 'Research'), ('D', 'Development');
        UPDATE org SET parent = 3 WHERE code = 'R'; UPDATE org SET parent = 1 WHERE code = 'D';
        INSERT INTO person (number, login, given, family, job, org) VALUES ('E3', 'cleo', 'Cleo', 'Cas', 'Boss', 1)`,
    });
    await t.plan();
    expect(t.ends("organization")).toEqual([
      "organization 1: unchanged",
      "organization 2: unchanged",
      "organization 3: unchanged",
    ]);
    expect(t.ends("user")[2]).toBe("user 3: unchanged");
  });

  it("looks for a record again whose target row is gone, and does not trust a number given to another", async () => {
    const t = trial();
    await t.plan();
    await t.load();
    await t.disconnect();
    t.on(
      "academy",
      "DELETE FROM result; DELETE FROM profile; DELETE FROM person WHERE login = 'cleo'; UPDATE person SET number = 'E77', login = 'zoe', mail = NULL WHERE login = 'bob'",
    );
    await t.plan();
    expect(t.ends("user").slice(0, 3)).toEqual([
      "user 1: updated",
      "user 2: flagged (conflicting-match)",
      "user 3: created",
    ]);
  });
});

describe("matching of sources", () => {
  const enrich = {
    user: { from: "payroll", fields: ["jobTitle", "familyName"], unmatched: "exclude" },
  } as const;

  it("enriches people with what the payroll knows better, and leaves out whom only the payroll knows", async () => {
    const t = trial({
      payroll: true,
      policy: { enrich },
      source: `
        INSERT INTO person (id, number, login, given, family) VALUES (1, 'E1', 'anna', 'Anna', 'Arc'), (2, NULL, 'bob', 'Bob', 'Bon');
        INSERT INTO staff VALUES ('E1', NULL, 'A.', 'Arc-Smith', 'Engineer'), ('E9', NULL, 'Zoe', 'Zed', 'Ghost')`,
    });
    await t.plan();
    expect(t.ends("user")).toEqual([
      "user 1: created",
      "user 2: created",
      "user E1: merged (same as in school by employeeId)",
      "user E9: excluded (no-counterpart)",
    ]);
    await t.load();
    expect(t.rows("academy", "SELECT given, family, job FROM person ORDER BY id")).toEqual([
      { given: "Anna", family: "Arc-Smith", job: "Engineer" },
      { given: "Bob", family: "Bon", job: null },
    ]);
  });

  it("merges two sources that are equals, and creates whom only the second has", async () => {
    const t = trial({
      payroll: true,
      source: `
        INSERT INTO person (id, number, login, mail, family) VALUES (1, 'E1', 'anna', NULL, 'Arc'), (2, NULL, 'bob', 'b@x.example', 'Bon');
        INSERT INTO staff VALUES ('E1', NULL, NULL, 'Arc', NULL), ('E2', 'B@x.example ', NULL, 'BON', NULL)`,
    });
    await t.plan();
    expect(t.ends("user")).toEqual([
      "user 1: created",
      "user 2: created",
      "user E1: merged (same as in school by employeeId)",
      "user E2: merged (same as in school by email + familyName)",
    ]);
  });
});
