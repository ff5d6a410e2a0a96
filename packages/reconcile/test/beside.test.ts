import { setTimeout as sleep } from "node:timers/promises";
import { CutoverError } from "@cutover/model";
import { describe, expect, it } from "vitest";
import type { Trial } from "../../engine/test/kit/trial.js";
import { trial } from "../../engine/test/kit/trials.js";
import { workBeside, reconcile, type Reconciliation, type Beside } from "../src/index.js";

async function loaded(t = trial()): Promise<Trial> {
  await t.plan();
  await t.load();
  await t.disconnect();
  return t;
}

async function readBack(
  t: Trial,
  besideOf: ((target: Awaited<ReturnType<Trial["target"]>>) => Beside) | null,
  signal?: AbortSignal,
): Promise<Reconciliation> {
  const opened = await t.target();
  const { side: target, loader: rows } = opened;
  const beside = besideOf?.(opened);
  try {
    return await reconcile({ ledger: t.ledger, sources: t.sources, target, rows, run: 1, beside, signal });
  } finally {
    await t.disconnect();
  }
}

const lie = `CREATE TRIGGER lie AFTER INSERT ON person WHEN NEW.login = 'bob' BEGIN
  UPDATE person SET seen = 9 WHERE id = NEW.id; END`;

describe("written rows that are looked for while the target is read", () => {
  it("are found the same as afterwards", async () => {
    const t = trial();
    t.on("academy", lie);
    await loaded(t);
    const told: number[] = [];
    const beside = await readBack(
      t,
      ({ side, loader }) =>
        async ({ sources, onSuspects, onPage }) =>
          workBeside({
            ledger: t.ledger,
            sources,
            system: side.system,
            rows: loader,
            onSuspects,
            onPage: async (done) => {
              told.push(done);
              onPage(done);
            },
          }),
    );
    const after = await readBack(t, null);
    expect(beside.verdict).toBe("mismatch");
    expect(told.length).toBeGreaterThan(0);
    expect(beside.entities).toEqual(after.entities);
    expect(beside.totals).toEqual(after.totals);
  });

  it("stop the reading when they cannot be looked for, and say why", async () => {
    const t = await loaded();
    const failure = new CutoverError("connection-lost", "gone", { recovery: "retry" });
    await expect(
      readBack(t, () => async () => {
        throw failure;
      }),
    ).rejects.toBe(failure);
  });

  it("are no longer looked for when the reading is stopped", async () => {
    const t = await loaded();
    const stopping = new AbortController();
    let isStopped = false;
    const patient: Beside = async ({ signal }) => {
      const waiting = sleep(60_000, undefined, { signal });
      stopping.abort();
      await waiting.catch(() => undefined);
      isStopped = signal.aborted;
      return new Map();
    };
    const ended = readBack(t, () => patient, stopping.signal);
    await expect(ended).rejects.toMatchObject({ code: "interrupted" });
    expect(isStopped).toBe(true);
  });
});
