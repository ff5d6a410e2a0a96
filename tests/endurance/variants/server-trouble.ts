import { setTimeout as sleep } from "node:timers/promises";
import { toldBy, type Said } from "../kit/cutover.js";
import { command, Ends, isWell, loadedFindings, undoneFindings } from "../kit/ends.js";
import { Sources, type Migration } from "../kit/migration.js";
import { endServers, own } from "../kit/own-server.js";
import { random } from "../kit/random.js";
import { disturb, rivalOf } from "../kit/trouble.js";
import type { Trial, Tried, Variant } from "../variant.js";

type Server = "postgresql" | "mariadb";

const sources = new Sources();
const ends = new Ends(sources);

const targetOf = (seed: number): Server => (seed % 2 === 0 ? "postgresql" : "mariadb");

/** What is wrong with how a command ended that could not go on: it has to be clear, and to say what to do. */
export function clearEnd(name: string, { status, out, err }: Said): readonly string[] {
  if (status === 0 || status === 4) return []; // It was through already.
  const { error } = JSON.parse(out) as { error: { code: string; message: string; remedy: string | null } };
  return [
    ...(status === 3 ? [] : [`${name} ended with ${status} instead of 3: ${error.code}: ${error.message}`]),
    ...(error.remedy === null ? [`${name} says nothing of what to do: ${error.code}: ${error.message}`] : []),
    ...(/\n\s+at /.test(err + error.message) ? [`${name} shows a stack trace: ${err}`] : []),
  ];
}

/** Ends the server as a crash would, in the midst of each command, and starts it again. */
async function restart(trial: Trial): Promise<Tried> {
  const { next } = random(trial.seed);
  const target = targetOf(trial.seed);
  const expected = await ends.of("sqlite", target);
  const server = await own(target);
  const migration = await sources.migration("sqlite", target, { ground: { server: server.url } });
  let count = 0;
  const during = async (name: string, moments: number): Promise<readonly string[]> => {
    const state = { over: false };
    const work = command(name, migration).finally(() => (state.over = true));
    for (let i = 0; i < moments; i++) {
      await sleep(400 + next() * 2_000);
      if (state.over) break;
      await server.down();
      await sleep(next() * 1_500);
      await server.up();
      count += 1;
    }
    const said = await work;
    trial.log(
      `${name}: ${said.status}: ${said.err
        .split("\n")
        .filter((line) => line.includes("again"))
        .join(" / ")}`,
    );
    if (isWell(said)) return [];
    // The very first call has nothing yet that it could go on from.
    const again = said.status === 3 ? await command(name, migration) : said;
    return [...clearEnd(name, said), ...(isWell(again) ? [] : [toldBy(name, again)])];
  };
  const findings = [
    ...(await during("run", 3)),
    ...(await loadedFindings(migration, expected)),
    ...(await during("undo", 2)),
    ...(await undoneFindings(migration, expected)),
  ];
  return ended(migration, target, trial, count, findings);
}

async function ended(
  migration: Migration,
  target: Server,
  { log }: Trial,
  count: number,
  findings: readonly string[],
): Promise<Tried> {
  if (findings.length === 0) await migration.remove();
  else log(`left to be looked at: ${migration.folder}`);
  return { count, findings: findings.map((finding) => `to ${target}: ${finding}`) };
}

/** A database that is closed for writing, and opened again. */
const shut = {
  postgresql: (name: string, on: boolean) => [
    `ALTER DATABASE "${name}" SET default_transaction_read_only = ${on ? "on" : "off"}`,
  ],
  mariadb: (name: string, on: boolean) => [
    "CREATE USER IF NOT EXISTS mover@'127.0.0.1' IDENTIFIED BY ''",
    `GRANT ALL ON "${name}".* TO mover@'127.0.0.1'`,
    `SET GLOBAL read_only = ${on ? 1 : 0}`,
  ],
} as const;

/** Closes the target for writing in the midst of a run, and opens it when the run has ended for that. */
async function readOnly(trial: Trial): Promise<Tried> {
  const { next } = random(trial.seed);
  const target = targetOf(trial.seed);
  const expected = await ends.of("sqlite", target);
  const server = await own(target);
  // Who may do everything on MariaDB is not kept from writing.
  const seen = (url: string): string => (target === "mariadb" ? url.replace("root@", "mover@") : url);
  const migration = await sources.migration("sqlite", target, { ground: { server: server.url }, seen });
  const admin = await rivalOf(migration.target);
  const name = new URL(migration.target.url).pathname.slice(1);
  const set = async (on: boolean): Promise<void> => {
    for (const statement of shut[target](name, on)) await admin.run(statement);
  };
  await set(false);
  const findings: string[] = [];
  for (const [step, most] of [
    ["run", expected.took],
    ["undo", 1_200],
  ] as const) {
    const work = command(step, migration);
    await sleep(300 + next() * most);
    await set(true);
    if (target === "postgresql") await disturb(migration.target, "end");
    const said = await work;
    trial.log(
      `${step}, closed for writing: ${said.status}: ${said.err.trim().split("\n").slice(-3).join(" / ")}`,
    );
    findings.push(...clearEnd(step, said));
    await set(false);
    const again = isWell(said) ? said : await command(step, migration);
    if (!isWell(again)) findings.push(toldBy(step, again));
    findings.push(
      ...(step === "run"
        ? await loadedFindings(migration, expected)
        : await undoneFindings(migration, expected)),
    );
  }
  await admin.end();
  return ended(migration, target, trial, 2, findings);
}

const close = async (): Promise<void> => {
  await endServers();
  await sources.close();
};

export const serverTrouble: readonly Variant[] = [
  { name: "restart", counts: "restarts", limit: 400, run: restart, close },
  { name: "read-only", counts: "closings", limit: 400, run: readOnly, close },
];
