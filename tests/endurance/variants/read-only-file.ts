import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, statSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toldBy, type Place } from "../kit/cutover.js";
import { command, Ends, isWell, loadedFindings, undoneFindings } from "../kit/ends.js";
import { Sources } from "../kit/migration.js";
import { random } from "../kit/random.js";
import { Untried, type Trial, type Tried, type Variant } from "../variant.js";
import { clearEnd } from "./server-trouble.js";

const sources = new Sources();
const ends = new Ends(sources);

/** How a process is started that the rights of files count for, as they do not for root. */
function bound(): Place {
  if (process.getuid?.() !== 0) return {};
  const rights = "-dac_override,-dac_read_search";
  const through = ["setpriv", "--bounding-set", rights, "--inh-caps", rights];
  try {
    execFileSync(through[0]!, [...through.slice(1), "true"], { stdio: "pipe" });
  } catch {
    throw new Untried("root may write everything, and setpriv cannot keep it from that here");
  }
  return { through };
}

/** Takes the right to write from a file that SQLite keeps, from its folder, or from both; gives it back. */
function lock(file: string, what: "file" | "folder" | "both", on: boolean): void {
  const files = ["", "-journal", "-wal", "-shm"].map((end) => `${file}${end}`).filter(existsSync);
  const paths = [...(what === "folder" ? [] : files), ...(what === "file" ? [] : [path.dirname(file)])];
  for (const one of paths) {
    const { mode } = statSync(one);
    chmodSync(one, on ? mode & ~0o222 : mode | 0o200);
  }
}

/** Closes a target that is a file for writing, between plan and run or in the midst of a command, and opens it again. */
async function readOnlyFile(trial: Trial): Promise<Tried> {
  const { seed } = trial;
  const { next } = random(seed);
  const place = bound();
  const journal = (["DELETE", "WAL"] as const)[seed % 2]!;
  const what = (["folder", "file", "both"] as const)[Math.floor(seed / 2) % 3]!;
  const before = Math.floor(seed / 6) % 2 === 0;
  const expected = await ends.of("sqlite", "sqlite");
  const migration = await sources.migration("sqlite", "sqlite");
  await migration.target.run(`PRAGMA journal_mode = ${journal}`);
  const file = migration.target.url.replace(/^sqlite:/, "");
  const findings: string[] = [];
  const planned = await command("plan", migration, place);
  if (!isWell(planned)) findings.push(toldBy("plan", planned));
  for (const [step, most] of [
    ["run", expected.took],
    ["undo", 1_200],
  ] as const) {
    if (before) lock(file, what, true);
    const work = command(step, migration, place);
    if (!before) {
      await sleep(300 + next() * most);
      lock(file, what, true);
    }
    const said = await work;
    lock(file, what, false);
    trial.log(`${journal}, ${what}, ${step}: ${said.status}: ${said.err.trim().split("\n").join(" / ")}`);
    findings.push(...clearEnd(step, said));
    const again = isWell(said) ? said : await command(step, migration, place);
    if (!isWell(again)) {
      findings.push(toldBy(`${step}, opened for writing again,`, again));
      break;
    }
    findings.push(
      ...(step === "run"
        ? await loadedFindings(migration, expected)
        : await undoneFindings(migration, expected)),
    );
  }
  if (findings.length === 0) await migration.remove();
  else trial.log(`left to be looked at: ${migration.folder}`);
  const when = before ? "before" : "in the midst";
  return { count: 2, findings: findings.map((finding) => `${journal}, ${what}, ${when}: ${finding}`) };
}

export const readOnlyTarget: Variant = {
  name: "read-only-file",
  counts: "closings",
  limit: 900,
  run: readOnlyFile,
  close: () => sources.close(),
};
