import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { toldBy } from "../kit/cutover.js";
import { command, Ends, isWell, loadedFindings } from "../kit/ends.js";
import { askLedger } from "../kit/ledger-state.js";
import { Sources, type Migration } from "../kit/migration.js";
import { pairOf } from "../kit/pairs.js";
import type { Trial, Tried, Variant } from "../variant.js";

const sources = new Sources();
const ends = new Ends(sources);

/** Runs the same migration twice at once: the second is refused, and told by whom. */
async function onOneLedger(migration: Migration): Promise<readonly string[]> {
  let holder: ChildProcess | null = null;
  const first = command("run", migration, { started: (child) => (holder = child) });
  const holds = (): boolean =>
    askLedger(migration.folder, `SELECT 1 FROM holder WHERE pid = ${holder?.pid ?? 0}`).length > 0;
  while (!holds()) await sleep(5);
  // Held still, it has the ledger for as long as somebody else wants it.
  const { pid } = holder!;
  holder!.kill("SIGSTOP");
  const second = await command("run", migration);
  holder!.kill("SIGCONT");
  const said = await first;
  return [
    ...(isWell(said) ? [] : [toldBy("run", said)]),
    ...(second.status === 3 && second.err.includes("ledger-busy") ? [] : [toldBy("the second run", second)]),
    ...(second.err.includes(`process ${pid} `) ? [] : [`it is not told who holds the ledger: ${second.err}`]),
  ];
}

/** A holder that died, whose number has gone to another process: ours. */
function leaveStaleHolder({ folder }: Migration): void {
  const db = new Sqlite(path.join(folder, ".cutover", "ledger.db"));
  db.prepare(
    "INSERT OR REPLACE INTO holder (one, pid, host, since, command) VALUES (1, ?, 'here', '2026-01-01', 'run')",
  ).run(process.pid);
  db.close();
  writeFileSync(path.join(folder, ".cutover", "ledger.db.lock"), "");
}

/** Two at once on one ledger, whose lock the one before never let go of. */
async function run(trial: Trial): Promise<Tried> {
  const { seed, log } = trial;
  const { source, target } = pairOf(seed);
  const expected = await ends.of(source, target);
  const migration = await sources.migration(source, target);
  const planned = await command("plan", migration);
  leaveStaleHolder(migration);
  const findings = [
    ...(isWell(planned) ? [] : [toldBy("plan", planned)]),
    ...(await onOneLedger(migration)),
    ...(await loadedFindings(migration, expected)),
  ];
  if (findings.length === 0) await migration.remove();
  else log(`left to be looked at: ${migration.folder}`);
  return { count: 1, findings: findings.map((finding) => `${source} to ${target}: ${finding}`) };
}

export const twoAtOnce: Variant = { name: "two-at-once", counts: "pairs", run, close: () => sources.close() };
