import type { ChildProcess } from "node:child_process";
import { toldBy, type Place, type Said } from "../kit/cutover.js";
import { command, Ends, isWell, loadedFindings, undoneFindings } from "../kit/ends.js";
import { lastRun } from "../kit/ledger-state.js";
import { chooseJournal, Sources, type Migration } from "../kit/migration.js";
import { pairOf } from "../kit/pairs.js";
import { random, type Random } from "../kit/random.js";
import type { Trial, Tried, Variant } from "../variant.js";

/** Where migrations of one size begin, and where they end undisturbed. */
interface Ground {
  readonly sources: Sources;
  readonly ends: Ends;
}

const groundOf = (sources: Sources): Ground => ({ sources, ends: new Ends(sources) });

/** How a command is disturbed, once. */
interface Disturbance {
  readonly signal: "SIGKILL" | "SIGINT";
  /** Milliseconds after the start. */
  readonly after: number;
}

const signalled = ({ signal, after }: Disturbance): Place => ({
  started: (child: ChildProcess) => {
    const timer = setTimeout(() => child.kill(signal), after);
    child.once("exit", () => clearTimeout(timer));
  },
});

/** What is wrong with the end of a process that was asked to stop. */
function stopFindings(name: string, said: Said): readonly string[] {
  // It may have been through already, or not have begun to listen.
  if (isWell(said) || said.signal === "SIGINT") return [];
  if (said.status !== 130) return [toldBy(`${name}, asked to stop,`, said)];
  const { error } = JSON.parse(said.out) as { error: { code: string; remedy: string | null } };
  if (error.code !== "interrupted" || error.remedy === null)
    return [`${name}, asked to stop, does not say how to go on: ${said.err}`];
  return [];
}

/** Disturbs a command some times, then lets it come to its end. */
async function persevere(
  name: string,
  migration: Migration,
  disturbances: readonly Disturbance[],
  isOver: () => boolean,
  { log }: Trial,
): Promise<readonly string[]> {
  const findings: string[] = [];
  for (const disturbance of disturbances) {
    if (isOver()) break;
    const said = await command(name, migration, signalled(disturbance));
    log(`${name}: ${disturbance.signal} after ${disturbance.after} ms: ${said.signal ?? said.status}`);
    if (said.signal === "SIGKILL") continue;
    if (disturbance.signal === "SIGINT") findings.push(...stopFindings(name, said));
    else if (!isWell(said)) findings.push(toldBy(name, said));
    if (isWell(said)) return findings;
  }
  if (isOver()) return findings;
  const said = await command(name, migration);
  return isWell(said) ? findings : [...findings, toldBy(`${name}, at last,`, said)];
}

const some = ({ below, next }: Random, within: number): readonly Disturbance[] =>
  Array.from({ length: 1 + below(3) }, () => ({
    signal: next() < 0.75 ? "SIGKILL" : "SIGINT",
    after: Math.round(100 + next() * within),
  }));

/** Kills every command of a migration at random moments, and sees whether it comes to the same end. */
async function run({ sources, ends }: Ground, trial: Trial): Promise<Tried> {
  const { seed, log } = trial;
  const chance = random(seed);
  const { source, target } = pairOf(seed);
  log(`${source} to ${target}`);
  const expected = await ends.of(source, target);
  const migration = await sources.migration(source, target);
  await chooseJournal(migration, seed);
  const { folder } = migration;
  const over = (state: string) => (): boolean => {
    try {
      return lastRun(folder)?.state === state;
    } catch {
      return false; // There is no ledger yet, or it has no tables.
    }
  };
  const never = (): boolean => false;
  const disturbances = {
    run: some(chance, expected.took * 1.5),
    reconcile: some(chance, 900),
    undo: some(chance, 1200),
  };
  const findings = [
    ...(await persevere("run", migration, disturbances.run, over("finished"), trial)),
    ...(await persevere("reconcile", migration, disturbances.reconcile, never, trial)),
    ...(await loadedFindings(migration, expected)),
    ...(await persevere("undo", migration, disturbances.undo, over("undone"), trial)),
    ...(await undoneFindings(migration, expected)),
  ];
  if (findings.length === 0) await migration.remove();
  else log(`left to be looked at: ${folder}`);
  const count = Object.values(disturbances).flat().length;
  return { count, findings: findings.map((finding) => `${source} to ${target}: ${finding}`) };
}

function killing(name: string, sources: Sources): Variant {
  const ground = groundOf(sources);
  return {
    name,
    counts: "disturbances",
    limit: 300,
    run: (trial) => run(ground, trial),
    close: () => sources.close(),
  };
}

export const kill = killing("kill", new Sources());

/** So many rows of an extract that they are staged on a thread of its own. */
export const killThreads = killing("kill-threads", new Sources({ people: 300, results: 30_000 }));
