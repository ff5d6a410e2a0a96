import { setTimeout as sleep } from "node:timers/promises";
import { serverUrl } from "@cutover/testkit";
import { toldBy } from "../kit/cutover.js";
import type { Engine } from "../kit/databases.js";
import { command, Ends, isWell, loadedFindings, undoneFindings } from "../kit/ends.js";
import { meanwhile } from "../kit/meanwhile.js";
import { Sources, type Migration } from "../kit/migration.js";
import { openProxy, type Fate } from "../kit/proxy.js";
import { random, type Random } from "../kit/random.js";
import { disturb, isServer } from "../kit/trouble.js";
import type { Trial, Tried, Variant } from "../variant.js";

const sources = new Sources();
const ends = new Ends(sources);

const targetOf = (seed: number): Engine & ("postgresql" | "mariadb") =>
  seed % 2 === 0 ? "postgresql" : "mariadb";

/** The exit status of a command whose target did not answer. */
const outOfReach = 3;

/**
 * Gives a command while it is disturbed. It has to come to its end by itself; where it was never left
 * alone long enough it may give up, if it says so by its status: then it has to go on when it is given again.
 */
async function endure(
  name: string,
  migration: Migration,
  disturbed: (work: ReturnType<typeof command>) => ReturnType<typeof command>,
  { log }: Trial,
): Promise<readonly string[]> {
  const said = await disturbed(command(name, migration));
  const again = said.err.split("\n").filter((line) => line.includes("trying again")).length;
  log(`${name}: ${said.status}, tried again ${again} times`);
  if (isWell(said)) return [];
  const after = said.status === outOfReach ? await command(name, migration) : said;
  return isWell(after) ? [] : [toldBy(name, said), toldBy(`${name}, given again,`, after)];
}

const fates: readonly Fate[] = ["cut before", "cut after", "late"];

/** COMMITs of a run, of which some meet a fate: few enough that there is progress between them. */
const chooseFates = ({ below, pick }: Random, allowed: readonly Fate[]): ReadonlyMap<number, Fate> => {
  const chosen = new Map<number, Fate>();
  // Each that is lost costs the minute after which the server gives it up.
  const step = allowed.includes("lost") ? 60 : 3;
  for (let at = 1 + below(4); at < 60; at += step + below(8)) chosen.set(at, pick(allowed));
  return chosen;
};

/** Cuts connections off at COMMIT: whether the server did it, only the target can tell. */
export async function cutAtCommits(trial: Trial, allowed: readonly Fate[] = fates): Promise<Tried> {
  const chance = random(trial.seed);
  const target = targetOf(trial.seed);
  const expected = await ends.of("sqlite", target);
  const proxy = await openProxy(await serverUrl(target));
  const migration = await sources.migration("sqlite", target, { seen: proxy.through });
  try {
    let chosen = chooseFates(chance, allowed);
    let begun = 0;
    let last = 0;
    proxy.fate = (nth) => {
      last = nth;
      const fate = chosen.get(nth - begun);
      if (fate !== undefined) trial.log(`COMMIT ${nth - begun}: ${fate}`);
      return fate;
    };
    const straight = (work: ReturnType<typeof command>): ReturnType<typeof command> => work;
    const findings = [...(await endure("run", migration, straight, trial))];
    chosen = new Map();
    findings.push(...(await loadedFindings(migration, expected)));
    begun = last;
    chosen = chooseFates(chance, allowed);
    findings.push(...(await endure("undo", migration, straight, trial)));
    chosen = new Map();
    findings.push(...(await undoneFindings(migration, expected)));
    if (findings.length === 0) await migration.remove();
    else trial.log(`left to be looked at: ${migration.folder}`);
    return { count: proxy.met, findings: findings.map((finding) => `to ${target}: ${finding}`) };
  } finally {
    await proxy.close();
  }
}

/** Lets an administrator end all connections, or what they are at, again and again: of target and source. */
export async function disturbAll(trial: Trial, how: "end" | "cancel"): Promise<Tried> {
  const { next, pick } = random(trial.seed);
  const target = targetOf(trial.seed);
  const source = pick(["postgresql", "mariadb", "sqlite"] as const);
  const expected = await ends.of(source, target);
  const migration = await sources.migration(source, target);
  let count = 0;
  const disturbed = (work: ReturnType<typeof command>): ReturnType<typeof command> =>
    meanwhile(work, async () => {
      // A command that is never left alone comes to no end: it has a moment to get a batch done.
      await sleep(how === "end" ? 500 + next() * 2_000 : 100 + next() * 400);
      await disturb(migration.target, how);
      count += 1;
    });
  const findings = [
    ...(await endure("run", migration, disturbed, trial)),
    ...(await loadedFindings(migration, expected)),
    ...(await endure("undo", migration, disturbed, trial)),
    ...(await undoneFindings(migration, expected)),
  ];
  if (isServer(source)) {
    // Where it hits the moment at which a connection is opened, there is nothing yet to go on with.
    const once: typeof disturbed = async (work) => {
      await sleep(300 + next() * 700);
      await disturb(await sources.of(source), how);
      return work;
    };
    findings.push(...(await endure("plan", migration, once, trial)));
  }
  if (findings.length === 0) await migration.remove();
  else trial.log(`left to be looked at: ${migration.folder}`);
  return { count, findings: findings.map((finding) => `${source} to ${target}: ${finding}`) };
}

const close = (): Promise<void> => sources.close();

export const cutOff: readonly Variant[] = [
  { name: "cut-at-commits", counts: "cuts", limit: 400, run: (trial) => cutAtCommits(trial), close },
  { name: "cut-connections", counts: "cuts", limit: 400, run: (trial) => disturbAll(trial, "end"), close },
  {
    name: "cancel-statements",
    counts: "cancellations",
    limit: 400,
    run: (trial) => disturbAll(trial, "cancel"),
    close,
  },
  // Each costs the minute after which a server gives a lost client up.
  {
    name: "lost-connections",
    counts: "losses",
    limit: 900,
    run: (trial) => cutAtCommits(trial, ["lost"]),
    close,
  },
];
