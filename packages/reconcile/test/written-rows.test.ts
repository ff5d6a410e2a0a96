import { describe, expect, it } from "vitest";
import type { Trial } from "../../engine/test/kit/trial.js";
import { trial } from "../../engine/test/kit/trials.js";
import { reconcile, type Reconciliation } from "../src/index.js";

async function readBack(t: Trial, run = 1): Promise<Reconciliation> {
  const { sources } = t;
  await t.disconnect();
  const { side: target, loader: rows } = await t.target();
  try {
    return await reconcile({ ledger: t.ledger, sources, target, rows, run });
  } finally {
    await t.disconnect();
  }
}

async function loaded(t = trial()): Promise<Trial> {
  await t.plan();
  await t.load();
  return t;
}

const differences = (t: Trial): readonly unknown[] =>
  t.ledger.db
    .prepare(
      `SELECT d.entity, r.key, d.verdict, d.field, d.rule, d.projected AS "row", d.target FROM difference d
       JOIN record r ON r.id = d.record WHERE d.verdict <> 'explained' ORDER BY d.id`,
    )
    .all();

describe("rows that no canonical field tells of", () => {
  it("are found changed where a trigger lies", async () => {
    const t = trial();
    t.on(
      "academy",
      `CREATE TRIGGER lie AFTER INSERT ON person WHEN NEW.login = 'bob' BEGIN
       UPDATE person SET seen = 9 WHERE id = NEW.id; END`,
    );
    await loaded(t);
    const result = await readBack(t);
    expect(result.verdict).toBe("mismatch");
    expect(result.entities.user).toMatchObject({ source: 3, equal: 1, explained: 1, different: 1 });
    const [{ id }] = t.rows("academy", "SELECT id FROM person WHERE login = 'bob'") as [{ id: number }];
    const rule = "a row written to person was changed";
    expect(differences(t)).toEqual([
      {
        entity: "user",
        key: "2",
        verdict: "different",
        field: null,
        rule,
        row: `person id=${id}`,
        target: "changed",
      },
    ]);
  });

  it("are found gone, though what is read back is the same", async () => {
    const t = await loaded();
    t.on(
      "academy",
      `UPDATE category SET id = 4711 WHERE name = 'Safety/Fire';
       UPDATE course SET category = 4711 WHERE code = 'FIRE'`,
    );
    const result = await readBack(t);
    expect(result.verdict).toBe("mismatch");
    expect(result.entities.course).toMatchObject({ source: 3, equal: 2, different: 1, missing: 0 });
    expect(differences(t)).toMatchObject([
      { entity: "course", key: "1", rule: "a row written to category is gone", target: "gone" },
      { entity: "course", key: "1", rule: "a row written to course was changed", target: "changed" },
    ]);
  });

  it("are judged by the last of several runs, which may have written over what others changed", async () => {
    const t = await loaded();
    await t.disconnect();
    t.on("academy", "UPDATE person SET family = 'Meanwhile' WHERE login = 'bob'");
    t.on("school", "UPDATE person SET mail = 'new@x.example' WHERE id IN (1, 2)");
    await loaded(t);
    expect((await readBack(t, 2)).verdict).toBe("match");

    t.on("academy", "UPDATE person SET seen = 5 WHERE login = 'cleo'");
    await t.plan();
    const result = await readBack(t, 2);
    expect(result.entities.user).toMatchObject({ source: 3, different: 1 });
    expect(differences(t)).toMatchObject([{ key: "3", field: null }]);
  });

  it("are not looked for once their run was undone", async () => {
    const t = await loaded();
    await t.disconnect();
    t.on("school", "UPDATE person SET mail = 'new@x.example' WHERE id = 1");
    await loaded(t);
    await t.undo(2);
    const result = await readBack(t);
    expect(t.ledger.db.prepare("SELECT COUNT(*) FROM temp.row_finding").pluck().get()).toBe(0);
    expect(result.entities.course).toMatchObject({ different: 0, missing: 0 });
  });
});
