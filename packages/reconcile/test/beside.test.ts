import { setTimeout as sleep } from "node:timers/promises";
import { CutoverError } from "@cutover/model";
import { describe, expect, it } from "vitest";
import type { Trial } from "../../engine/test/kit/trial.js";
import { trial } from "../../engine/test/kit/trials.js";
import type { Beside } from "../src/index.js";
import { loaded, manyPeople, readBack, twoWays } from "./kit/two-ways.js";

const people = 120;
const many = manyPeople(people);

const someLoaded = (): Promise<Trial> => loaded(trial({ source: many }));

describe("reconciling by two", () => {
  it("finds what matches", async () => {
    const { alone, told } = await twoWays(await someLoaded());
    expect(alone.verdict).toBe("match");
    expect(told.some(({ kind }) => kind === "compared")).toBe(true);
    expect(told.some(({ kind }) => kind === "early" || kind === "suspects")).toBe(false);
  });

  it("finds what is different, missing and unexpected, in either half", async () => {
    const t = await someLoaded();
    t.on(
      "academy",
      `UPDATE result SET score = 99.5 WHERE person IN (SELECT id FROM person WHERE number IN ('E3', 'E100'));
       DELETE FROM result WHERE id IN (SELECT id FROM result WHERE id % 30 = 7);
       UPDATE person SET seen = 9 WHERE number = 'E40';
       INSERT INTO person (id, number, login) VALUES (-1, 'X1', 'x1'), (5000, 'X2', 'x2')`,
    );
    const { alone } = await twoWays(t);
    expect(alone.verdict).toBe("mismatch");
    expect(alone.entities.user).toMatchObject({
      source: people,
      target: people + 2,
      unexpected: 2,
      different: 1,
    });
    expect(alone.entities.completion).toMatchObject({ source: people, missing: 4, different: 2 });
  });

  it("brings together what is in different halves of ledger and target", async () => {
    const t = trial({
      source: many,
      target: `INSERT INTO person (number, login) VALUES ('E${people}', 'old')`,
    });
    const { alone, told } = await twoWays(await loaded(t));
    expect(alone.entities.user).toMatchObject({ source: people, target: people, missing: 0, unexpected: 0 });
    expect(told.some(({ kind }) => kind === "early")).toBe(true);
  });

  it("does not divide what comes in orders of its own", async () => {
    const t = trial({
      source: many,
      target: `WITH RECURSIVE n (i) AS (SELECT ${people} UNION ALL SELECT i - 1 FROM n WHERE i > 1)
        INSERT INTO person (number, login) SELECT 'E' || i, 'old' || i FROM n`,
    });
    const { alone, told } = await twoWays(await loaded(t));
    expect(alone.entities.user).toMatchObject({ source: people, target: people, missing: 0, unexpected: 0 });
    expect(told.some((news) => news.kind === "compared" && news.entity === "user")).toBe(false);
  });

  it("ends when one of them cannot go on, and says why", async () => {
    const t = await someLoaded();
    const failure = new CutoverError("connection-lost", "gone", { recovery: "retry" });
    await expect(
      readBack(t, () => async () => {
        throw failure;
      }),
    ).rejects.toBe(failure);
  });

  it("ends for both when it is stopped", async () => {
    const t = await someLoaded();
    const stopping = new AbortController();
    let isStopped = false;
    const patient: Beside = async ({ signal }) => {
      const waiting = sleep(60_000, undefined, { signal });
      stopping.abort();
      await waiting.catch(() => undefined);
      isStopped = signal.aborted;
    };
    const ended = readBack(t, () => patient, { signal: stopping.signal });
    await expect(ended).rejects.toMatchObject({ code: "interrupted" });
    expect(isStopped).toBe(true);
  });
});
