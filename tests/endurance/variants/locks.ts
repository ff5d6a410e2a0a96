import { setTimeout as sleep } from "node:timers/promises";
import type { TestDatabase } from "@cutover/testkit";
import { toldBy, type Said } from "../kit/cutover.js";
import { engines, type Engine } from "../kit/databases.js";
import { command, Ends, isWell, loadedFindings, undoneFindings } from "../kit/ends.js";
import { meanwhile } from "../kit/meanwhile.js";
import { Sources } from "../kit/migration.js";
import { random, type Random } from "../kit/random.js";
import { rivalOf, type Rival } from "../kit/trouble.js";
import type { Trial, Tried, Variant } from "../variant.js";
import { clearEnd } from "./server-trouble.js";

const sources = new Sources();
const ends = new Ends(sources);

/** What somebody else locks, in a transaction of his own. */
const locks: Readonly<Record<Engine, readonly string[]>> = {
  sqlite: ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"],
  postgresql: [
    "BEGIN; SELECT * FROM person FOR UPDATE; SELECT * FROM course FOR UPDATE",
    "BEGIN; LOCK TABLE result IN EXCLUSIVE MODE",
    "BEGIN; LOCK TABLE person IN ACCESS EXCLUSIVE MODE",
  ],
  mariadb: [
    "SELECT * FROM person FOR UPDATE",
    "SELECT * FROM course FOR UPDATE",
    // Whoever reads a table keeps it from being altered, as ids are reserved.
    "SELECT * FROM result LIMIT 1",
  ],
};

/** How long a statement of ours waits for a lock, in milliseconds, before it is tried again from its beginning. */
const waitsFor: Readonly<Record<Engine, number>> = { sqlite: 10_000, postgresql: 30_000, mariadb: 30_000 };

/** Holds locks on a target for some time. */
async function hold(rival: Rival, engine: Engine, lock: string, milliseconds: number): Promise<void> {
  try {
    if (engine === "mariadb") await rival.run("START TRANSACTION");
    await rival.run(lock);
    await sleep(milliseconds);
  } catch {
    // It was the victim of a deadlock itself, or waited too long for the lock.
  }
  await rival.run("ROLLBACK").catch(() => undefined);
}

const retries = ({ err }: Said): number =>
  err.split("\n").filter((line) => line.includes("trying again")).length;

/** Every so many trials the locks are held for longer than anybody waits: that takes minutes. */
const longEvery = 8;

/** Somebody else holds locks on the target: for a while, again and again, or until the run has given up. */
async function lockWaits(trial: Trial): Promise<Tried> {
  const { seed, log } = trial;
  const chance = random(seed);
  const target = engines[seed % engines.length]!;
  const isLong = seed % longEvery === longEvery - 1;
  const expected = await ends.of("sqlite", target);
  const migration = await sources.migration("sqlite", target);
  const rival = await rivalOf(migration.target);
  const findings: string[] = [];
  let count = 0;
  const held = (work: Promise<Said>): Promise<Said> =>
    meanwhile(work, async () => {
      await sleep(chance.next() * 800);
      const past = count === 0 && seed % 5 === 4;
      const time = past ? waitsFor[target] + 2_000 : 300 + chance.next() * 2_700;
      await hold(rival, target, chance.pick(locks[target]), time);
      count += 1;
    });
  if (isLong) {
    const planned = await command("plan", migration);
    if (!isWell(planned)) findings.push(toldBy("plan", planned));
    if (target === "mariadb") await rival.run("START TRANSACTION");
    await rival.run(locks[target][0]!);
    const said = await command("run", migration);
    await rival.run("ROLLBACK");
    count += 1;
    log(`run, held up: ${said.status}, tried again ${retries(said)} times`);
    findings.push(...clearEnd("run, held up,", said));
    if (isWell(said)) findings.push("nothing held the run up");
  }
  for (const [name, findingsOf] of [
    ["run", loadedFindings],
    ["undo", undoneFindings],
  ] as const) {
    const said = await held(command(name, migration));
    log(`${name}: ${said.status}, tried again ${retries(said)} times`);
    if (!isWell(said)) findings.push(toldBy(name, said));
    findings.push(...(await findingsOf(migration, expected)));
  }
  await rival.end();
  if (findings.length === 0) await migration.remove();
  else log(`left to be looked at: ${migration.folder}`);
  return { count, findings: findings.map((finding) => `to ${target}: ${finding}`) };
}

/** Locks courses and then people, as a load locks them the other way around: one of the two has to give way. */
async function embrace(
  rival: Rival,
  { engine }: Pick<TestDatabase, "engine">,
  { next }: Random,
): Promise<void> {
  try {
    await rival.run("START TRANSACTION");
    // A server stops whom it costs least.
    if (engine === "mariadb") await rival.run("INSERT INTO burden SELECT seq FROM seq_1_to_5000");
    await rival.run("SELECT id FROM course FOR UPDATE");
    await sleep(100 + next() * 200);
    await rival.run("SELECT id FROM person FOR UPDATE");
  } catch {
    // The load was quicker, or dearer.
  }
  await rival.run("ROLLBACK").catch(() => undefined);
}

/** Provokes deadlocks with a run, again and again. */
async function deadlocks(trial: Trial): Promise<Tried> {
  const { seed, log } = trial;
  const chance = random(seed);
  const target = seed % 2 === 0 ? "postgresql" : "mariadb";
  const expected = await ends.of("sqlite", target);
  const migration = await sources.migration("sqlite", target);
  const planned = await command("plan", migration);
  const findings = isWell(planned) ? [] : [toldBy("plan", planned)];
  const rival = await rivalOf(migration.target);
  if (target === "mariadb") await rival.run("CREATE TABLE burden (n BIGINT)");
  const said = await meanwhile(command("run", migration), async () => {
    await embrace(rival, migration.target, chance);
    await sleep(chance.next() * 300);
  });
  const count = retries(said);
  log(`run: ${said.status}, tried again ${count} times`);
  if (!isWell(said)) findings.push(toldBy("run", said));
  await rival.end();
  findings.push(...(await loadedFindings(migration, expected)));
  if (findings.length === 0) await migration.remove();
  else log(`left to be looked at: ${migration.folder}`);
  return { count, findings: findings.map((finding) => `to ${target}: ${finding}`) };
}

const close = (): Promise<void> => sources.close();

export const lockWaiting: Variant = {
  name: "lock-waits",
  counts: "locks",
  limit: 900,
  run: lockWaits,
  close,
};
export const deadlocking: Variant = {
  name: "deadlocks",
  counts: "retries",
  limit: 300,
  run: deadlocks,
  close,
};
