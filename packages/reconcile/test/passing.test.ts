import { describe, expect, it } from "vitest";
import type { Trial } from "../../engine/test/kit/trial.js";
import { trial } from "../../engine/test/kit/trials.js";
import { reconcile, workOff, type Reconciliation } from "../src/index.js";
import { plainPeople } from "./kit/plain.js";
import { loaded, manyPeople } from "./kit/two-ways.js";

const people = 120;

async function someLoaded(): Promise<Trial> {
  const t = trial({ source: manyPeople(people), batchSize: 10 });
  t.edits = plainPeople;
  return loaded(t);
}

/** Reads back in halves; what is found, and the keys that were asked for besides, table by table. */
async function readBack(
  t: Trial,
): Promise<{ readonly result: Reconciliation; readonly asked: ReadonlyMap<string, Set<unknown>> }> {
  const { side: target, loader } = await t.target();
  const asked = new Map<string, Set<unknown>>();
  const rows = {
    find: async (...of: Parameters<typeof loader.find>) => {
      const known = asked.get(of[0].name) ?? new Set();
      for (const key of of[2]) known.add(key[0]);
      asked.set(of[0].name, known);
      return loader.find(...of);
    },
  };
  try {
    const result = await reconcile({
      ledger: t.ledger,
      sources: t.sources,
      target,
      rows,
      run: 1,
      divideFrom: 60,
      beside: ({ list, tell, signal }) => workOff(list, { ledger: t.ledger, target, rows, tell, signal }),
    });
    return { result, asked };
  } finally {
    await t.disconnect();
  }
}

describe("rows of a table that is read as it is", () => {
  it("are not asked for once more", async () => {
    const { result, asked } = await readBack(await someLoaded());
    expect(result.verdict).toBe("match");
    expect(asked.has("person")).toBe(false);
    expect(asked.has("result")).toBe(false);
    expect([...asked.keys()]).toEqual(["course"]);
  });

  it("are found changed where no mapping reads the column, and gone", async () => {
    const t = await someLoaded();
    t.on(
      "academy",
      "UPDATE person SET seen = 9 WHERE id IN (7, 77); DELETE FROM result WHERE id IN (8, 120)",
    );
    const { result, asked } = await readBack(t);
    expect(result.entities.user).toMatchObject({ source: people, different: 2 });
    expect(result.entities.completion).toMatchObject({ source: people, missing: 2 });
    expect(asked.get("person")).toEqual(new Set([7, 77]));
    expect(asked.get("result")).toEqual(new Set([8, 120]));
  });

  it("are asked for where the extract leaves out what was written, or other rows", async () => {
    const t = await someLoaded();
    t.edits = [
      ...plainPeople,
      {
        system: "academy",
        file: "system.yaml",
        from: "FROM person p ORDER BY p.id",
        to: "FROM person p WHERE p.id > 0 ORDER BY p.id",
      },
      {
        system: "academy",
        file: "system.yaml",
        from: "passed, finished, score FROM",
        to: "passed, finished, score + 0 AS score FROM",
      },
    ];
    const { result, asked } = await readBack(t);
    expect(result.verdict).toBe("match");
    expect(asked.get("person")?.size).toBe(people);
    expect(asked.get("result")?.size).toBe(people);
  });
});
