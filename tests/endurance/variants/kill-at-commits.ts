import path from "node:path";
import { toldBy } from "../kit/cutover.js";
import { deaths, dying, type Dying } from "../kit/dying.js";
import { command, Ends, isWell, loadedFindings, undoneFindings } from "../kit/ends.js";
import { lastRun } from "../kit/ledger-state.js";
import { chooseJournal, Sources, type Migration } from "../kit/migration.js";
import { pairOf, type Pair } from "../kit/pairs.js";
import type { Trial, Tried, Variant } from "../variant.js";

// Every death costs a process, so there is no more work than it takes to meet every kind of commit.
const sources = new Sources({ people: 90, results: 150 });
const ends = new Ends(sources);

/** Gives a command again and again, each process killed at a commit, until one comes to its end. */
async function outlive(
  name: string,
  migration: Migration,
  how: Dying,
  isOver: () => boolean,
  deadline: number,
): Promise<readonly string[]> {
  for (;;) {
    const share = Date.now() < deadline ? how.share : 0;
    const said = await command(name, migration, dying({ ...how, share }));
    if (isWell(said)) return [];
    if (said.signal !== "SIGKILL")
      return [`${toldBy(name, said)}, after it had died at: ${deaths(how).at(-1)}`];
    // Killed after the last commit it is over, and given again it would be another run.
    if (isOver()) return [];
  }
}

/** Kills a migration of a pair at the share of kinds of commits, command by command. */
export async function killAtCommits(
  { source, target }: Pair,
  share: number,
  { seed, deadline, log }: Trial,
): Promise<Tried> {
  const expected = await ends.of(source, target);
  const migration = await sources.migration(source, target);
  await chooseJournal(migration, seed);
  const how = { notes: path.join(migration.folder, "deaths"), seed, share };
  // However little is left: a trial that kills nothing shows nothing.
  const until = Math.max(deadline, Date.now() + 30_000);
  const is = (state: string) => (): boolean => {
    try {
      return lastRun(migration.folder)?.state === state;
    } catch {
      return false; // It died before the ledger had its tables.
    }
  };
  const never = (): boolean => false;
  const findings = [
    ...(await outlive("plan", migration, how, never, until)),
    ...(await outlive("run", migration, how, is("finished"), until)),
    ...(await outlive("reconcile", migration, how, never, until)),
    ...(await loadedFindings(migration, expected)),
    ...(await outlive("undo", migration, how, is("undone"), until)),
    ...(await undoneFindings(migration, expected)),
  ];
  const where = deaths(how);
  for (const death of where) log(death);
  if (findings.length === 0) await migration.remove();
  else log(`left to be looked at: ${migration.folder}`);
  return { count: where.length, findings: findings.map((finding) => `${source} to ${target}: ${finding}`) };
}

/** Dies before and after commits of every kind: of the ledger and of the target, in every command that writes. */
export const atCommits: Variant = {
  name: "kill-at-commits",
  counts: "deaths",
  limit: 900,
  run: (trial) => killAtCommits(pairOf(trial.seed), 40, trial),
  close: () => sources.close(),
};
