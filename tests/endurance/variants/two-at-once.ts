import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { toldBy, type Said } from "../kit/cutover.js";
import { command, Ends, isWell, loadedFindings } from "../kit/ends.js";
import { askLedger } from "../kit/ledger-state.js";
import { makeSource, migrationFolder, Sources, type Migration } from "../kit/migration.js";
import { pairOf } from "../kit/pairs.js";
import { differences, meaningOf, targetState } from "../kit/target-state.js";
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

/** Waits for a ledger to say something; its tables may not be there yet. */
async function until(folder: string, sql: string): Promise<void> {
  for (;;) {
    try {
      if (askLedger(folder, sql).length > 0) return;
    } catch {
      // There is no ledger yet, or it has no tables.
    }
    await sleep(5);
  }
}

/** People, units and courses of their own; their subjects and free fields are everybody's. */
const others = [
  "UPDATE unit SET code = 'O' || code",
  "UPDATE lesson SET code = 'O' || code",
  "UPDATE person SET login = 'Other' || login, number = 'O' || number, mail = NULL",
];

/** Two migrations with ledgers of their own into one target at once: one waits for the other, and both come to their ends. */
async function onOneTarget({ seed, log }: Trial): Promise<Tried> {
  const { source, target } = pairOf(seed);
  const findings: string[] = [];
  const second = await makeSource("sqlite", sources.workload);
  await second.run(...others);
  const into = ({ url }: Migration["target"]): string =>
    migrationFolder(second, `academy\n  connection: { url: "${url}" }`);
  const well = (name: string, said: Said): void => {
    if (!isWell(said)) findings.push(toldBy(name, said));
  };

  const quiet = await sources.migration(source, target);
  well("the first, alone,", await command("run", quiet));
  well("the second, alone,", await command("run", { folder: into(quiet.target) }));
  const expected = meaningOf(await targetState(quiet.target));

  const first = await sources.migration(source, target);
  let holder: ChildProcess | null = null;
  const work = command("run", first, { started: (child) => (holder = child) });
  await until(first.folder, "SELECT 1 FROM batch WHERE state = 'done'");
  // Held still in the midst of its work, until the other has come to where it has to wait.
  holder!.kill("SIGSTOP");
  let waited = false;
  const goOn = (text: string): void => {
    if (!text.includes("another Cutover")) return;
    waited = true;
    holder!.kill("SIGCONT");
  };
  const said = await command(
    "run",
    { folder: into(first.target) },
    {
      started: (child) => {
        child.stderr!.on("data", goOn);
        child.once("exit", () => holder!.kill("SIGCONT"));
      },
    },
  );
  well("the second, beside it,", said);
  well("the first, beside it,", await work);
  if (!waited) findings.push(`the second did not wait: ${said.err}`);
  findings.push(...differences("the target", expected, meaningOf(await targetState(first.target))));
  if (findings.length === 0) for (const migration of [quiet, first]) await migration.remove();
  else log(`left to be looked at: ${first.folder}`);
  await second.drop();
  return { count: 1, findings: findings.map((finding) => `${source} to ${target}: ${finding}`) };
}

export const twoLedgers: Variant = {
  name: "two-ledgers",
  counts: "pairs",
  run: onOneTarget,
  close: () => sources.close(),
};
export const twoAtOnce: Variant = { name: "two-at-once", counts: "pairs", run, close: () => sources.close() };
