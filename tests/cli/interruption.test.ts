import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutover, json } from "./support/cutover.js";
import { makeSmall, type Small } from "./support/small.js";

const people = 3000;
const batch = ["--batch", "20"];

/** How many people are in the target now. */
function loaded({ folder }: Small): number {
  const file = path.join(folder, "target.db");
  const db = new Sqlite(file, { readonly: true });
  try {
    return db.prepare("SELECT COUNT(*) FROM person").pluck().get() as number;
  } finally {
    db.close();
  }
}

/**
 * Sends signals to a process as soon as the target holds some of the people. It is held still meanwhile: it
 * finds them all at once, however long this side was kept from sending the second one.
 */
const inTheMiddle =
  (small: Small, from: number, signals: readonly NodeJS.Signals[]) =>
  (child: ChildProcess): void => {
    const watch = async (): Promise<void> => {
      while (child.exitCode === null && child.signalCode === null) {
        if (loaded(small) >= from) {
          for (const signal of ["SIGSTOP", ...signals, "SIGCONT"] as const) child.kill(signal);
          return;
        }
        await sleep(5);
      }
    };
    void watch();
  };

const balance = (small: Small) =>
  small.ledger(
    "SELECT m.entity, r.disposition, COUNT(*) AS records FROM record r JOIN mapping m ON m.id = r.mapping GROUP BY 1, 2 ORDER BY 1, 2",
  );

/** The target without the ids, which a resumed run may have skipped some of. */
async function content(small: Small) {
  const teams = await small.rows("team");
  const code = (id: unknown): unknown => teams.find((team) => team["id"] === id)?.["code"] ?? null;
  return {
    teams: teams.map((team) => [team["code"], team["name"], code(team["parent"])]),
    people: (await small.rows("person")).map((p) => [
      p["login"],
      p["mail"],
      p["name"],
      code(p["team"]),
      p["pass"],
    ]),
  };
}

describe("a run that is interrupted", () => {
  let undisturbed: Small;
  let expected: Awaited<ReturnType<typeof content>>;
  beforeAll(async () => {
    undisturbed = makeSmall({ people });
    await json(["run", undisturbed.folder, ...batch], 0);
    expected = await content(undisturbed);
  });
  afterAll(() => undisturbed.remove());

  it("comes to the same end when it was killed", async () => {
    const small = makeSmall({ people });
    for (const from of [200, 1500]) {
      const { signal } = await cutover(["run", small.folder, ...batch], {
        started: inTheMiddle(small, from, ["SIGKILL"]),
      });
      expect(signal).toBe("SIGKILL");
      expect(loaded(small)).toBeLessThan(people);
    }
    expect(await json(["run", small.folder, ...batch], 0)).toMatchObject({
      resumed: true,
      run: 1,
      balanced: true,
    });
    expect(await content(small)).toEqual(expected);
    expect(balance(small)).toEqual(balance(undisturbed));
    expect(await json(["reconcile", small.folder], 0)).toMatchObject({ verdict: "match" });
    small.remove();
  });

  it("stops after the batch when asked, with 130 and the way on", async () => {
    const small = makeSmall({ people });
    const said = await cutover(["run", small.folder, ...batch, "--json"], {
      started: inTheMiddle(small, 200, ["SIGINT"]),
    });
    expect([said.status, said.signal]).toEqual([130, null]);
    expect(said.err).toContain("Stopping after the current batch");
    expect(said.err).toContain("Run it again: the run goes on where it was stopped.");
    expect(JSON.parse(said.out)).toMatchObject({ error: { code: "interrupted" } });
    const there = loaded(small);
    expect(there % 20).toBe(0);
    // What was begun is finished or taken back before anything else.
    const { status, err } = await cutover(["plan", small.folder]);
    expect([status, err]).toEqual([2, expect.stringContaining("Resume it with `cutover run`")]);
    const { out } = await cutover(["reconcile", small.folder]);
    expect(out).toMatch(/^Run 1 is not finished: go on with `cutover run`/);
    expect(out).toMatch(/Next: cutover run, then cutover reconcile$/m);
    expect((await cutover(["report", small.folder])).out).toMatch(/^Run 1 is not finished\. /);
    expect(await json(["run", small.folder, ...batch], 0)).toMatchObject({ resumed: true });
    expect(await content(small)).toEqual(expected);
    small.remove();
  });

  it("ends at once when asked twice", async () => {
    const small = makeSmall({ people });
    const { signal } = await cutover(["run", small.folder, ...batch], {
      started: inTheMiddle(small, 200, ["SIGINT", "SIGTERM"]),
    });
    expect(signal).not.toBeNull();
    expect(await json(["undo", small.folder], 0)).toMatchObject({ run: 1, kept: [] });
    expect(loaded(small)).toBe(0);
    small.remove();
  });
});

it("refuses a second writer, while readers may look", async () => {
  const small = makeSmall({ people });
  let beside = Promise.resolve<readonly [number | null, string, number | null]>([null, "", null]);
  await cutover(["run", small.folder, ...batch], {
    started: (child) => {
      const look = async () => {
        while (!existsSync(path.join(small.folder, ".cutover/ledger.db")) || loaded(small) < 40)
          await sleep(5);
        // Held still, it has the ledger for as long as it is looked at.
        child.kill("SIGSTOP");
        const [writer, reader] = await Promise.all([
          cutover(["plan", small.folder]),
          cutover(["flags", small.folder]),
        ]);
        child.kill("SIGCONT");
        return [writer.status, writer.err, reader.status] as const;
      };
      beside = look();
    },
  });
  expect(await beside).toEqual([3, expect.stringContaining("ledger-busy"), 0]);
  small.remove();
});

it("is interrupted with a sentence while it is still being loaded", async () => {
  // Loading is held up, for as long as it takes to send the signal.
  const hook = `import { writeSync } from "node:fs";
    export async function load(url, context, next) {
      if (url.endsWith("/dist/main.js")) {
        writeSync(2, "loading\\n");
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      }
      return next(url, context);
    }`;
  const inline = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
  const setup = `import { register } from "node:module"; register(${JSON.stringify(inline(hook))});`;
  const { status, out, err } = await cutover(["check", "--json"], {
    env: { NODE_OPTIONS: `--import "${inline(setup)}"` },
    started: (child) => child.stderr!.once("data", () => child.kill("SIGINT")),
  });
  expect([status, err]).toEqual([130, expect.stringContaining("Stopped before anything was begun.")]);
  expect(JSON.parse(out)).toMatchObject({ error: { code: "interrupted" } });
});
