import { describe, expect, it } from "vitest";
import { Crash, crashing, locked, watched } from "./kit/crashing.js";
import type { Trial } from "./kit/trial.js";
import { trial } from "./kit/trials.js";

const target = "INSERT INTO person (number, login, given, family) VALUES ('E1', 'anna', 'Ann', 'Old')";

async function undisturbed(): Promise<Trial> {
  const t = trial({ batchSize: 3, target });
  await t.plan();
  await t.load();
  return t;
}

describe("a load that is killed", () => {
  it("resumes to the same end, whichever batch it was in and whether the target had committed it", async () => {
    const whole = await undisturbed();
    const applies = whole.ledger.db.prepare("SELECT COUNT(*) FROM batch").pluck().get() as number;
    expect(applies).toBeGreaterThan(6);
    for (const when of ["before", "after"] as const) {
      for (let at = 1; at <= applies; at++) {
        const t = trial({ batchSize: 3, target });
        t.wrap = (loader) => crashing(loader, at, when);
        await t.plan();
        await expect(t.load(), `${when} ${at}`).rejects.toBeInstanceOf(Crash);
        expect(t.ledger.db.prepare("SELECT state FROM batch ORDER BY id DESC").pluck().get()).toBe("intent");
        t.wrap = (loader) => loader;
        // A new process: new connections, the same ledger, nothing is read again from the source.
        const { sources } = t;
        await t.disconnect();
        t.sources = sources;
        expect(await t.load(), `${when} ${at}`).toMatchObject({
          run: 1,
          state: "finished",
          resumed: true,
          balanced: true,
        });
        expect(t.meaning(), `${when} ${at}`).toEqual(whole.meaning());
        expect(t.ends(), `${when} ${at}`).toEqual(whole.ends());
        expect(t.ledger.verifyChain().brokenAt).toBeNull();
        await t.undo(1);
        expect(t.rows("academy", "SELECT given, family FROM person")).toEqual([
          { given: "Ann", family: "Old" },
        ]);
        expect(t.rows("academy", "SELECT COUNT(*) AS n FROM result")).toEqual([{ n: 0 }]);
      }
    }
  });

  it("resumes after a stop between any two batches", async () => {
    const whole = await undisturbed();
    for (let after = 1; after < 8; after += 2) {
      const t = trial({ batchSize: 3, target });
      const stop = new AbortController();
      t.wrap = (loader) => watched(loader, after, () => stop.abort());
      await t.plan();
      await expect(t.load("rehearsal", stop.signal)).rejects.toMatchObject({
        code: "interrupted",
        exitStatus: 130,
      });
      expect(t.ledger.db.prepare("SELECT state FROM run").pluck().get()).toBe("interrupted");
      expect(await t.load()).toMatchObject({ run: 1, resumed: true, state: "finished" });
      expect(t.meaning()).toEqual(whole.meaning());
    }
  });

  it("hears of a stop from outside while source and target answer at once", async () => {
    const people = Array.from({ length: 200 }, (_, i) => `(${i + 1}, 'E${i + 1}', 'p${i + 1}')`);
    const t = trial({
      source: `INSERT INTO person (id, number, login) VALUES ${people.join(", ")}`,
      batchSize: 1,
    });
    const stop = new AbortController();
    // As a signal's handler: it needs a turn of the process, which nothing but the load can give.
    t.wrap = (loader) => watched(loader, 3, () => setTimeout(() => stop.abort(), 0));
    await t.plan();
    await expect(t.load("rehearsal", stop.signal)).rejects.toMatchObject({ code: "interrupted" });
    const count = (): unknown => t.rows("academy", "SELECT COUNT(*) AS n FROM person")[0]!["n"];
    expect(count()).toBeLessThan(200);
    expect(await t.load()).toMatchObject({ run: 1, resumed: true, state: "finished" });
    expect(count()).toBe(200);
  });

  it("waits ever longer where locks of others let it come no further, so that it gives up in the end", async () => {
    const t = trial({ batchSize: 3, target });
    t.wrap = locked;
    await t.plan();
    const stop = new AbortController();
    const waits: number[] = [];
    const told = ({ wait }: { readonly wait: number }): void => {
      waits.push(wait);
      if (waits.length === 3) stop.abort();
    };
    await expect(t.load("rehearsal", stop.signal, told)).rejects.toMatchObject({ code: "interrupted" });
    expect(waits).toEqual([100, 500, 1_000]);
    t.wrap = (loader) => loader;
    await t.disconnect();
    expect(await t.load()).toMatchObject({ run: 1, resumed: true, state: "finished" });
  });

  it("is planned anew from what the kill left, when somebody plans before resuming", async () => {
    const whole = await undisturbed();
    const t = trial({ batchSize: 3, target });
    t.wrap = (loader) => crashing(loader, 3, "after");
    await t.plan();
    await expect(t.load()).rejects.toBeInstanceOf(Crash);
    t.wrap = (loader) => loader;
    await t.disconnect();
    await t.plan();
    expect(t.ledger.db.prepare("SELECT COUNT(*) FROM batch WHERE state = 'intent'").pluck().get()).toBe(0);
    await t.load();
    expect(t.meaning()).toEqual(whole.meaning());
  });
});
