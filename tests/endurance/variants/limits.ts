import { toldBy } from "../kit/cutover.js";
import { command, Ends, isWell, loadedFindings, undoneFindings } from "../kit/ends.js";
import { endServers, own } from "../kit/own-server.js";
import { Sources } from "../kit/migration.js";
import { rivalOf } from "../kit/trouble.js";
import type { Trial, Tried, Variant } from "../variant.js";

const sources = new Sources();
const ends = new Ends(sources);

/** Limits an administrator sets for short transactions of many; as short as connecting allows on a busy machine. */
const limits = {
  postgresql: (database: string) =>
    ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout"].map(
      (name) => [
        `ALTER DATABASE "${database}" SET ${name} = '500ms'`,
        `ALTER DATABASE "${database}" RESET ${name}`,
      ],
    ),
  mariadb: () => [
    ["SET GLOBAL max_statement_time = 0.05", "SET GLOBAL max_statement_time = 0"],
    ["SET GLOBAL lock_wait_timeout = 1", "SET GLOBAL lock_wait_timeout = 86400"],
    ["SET GLOBAL innodb_lock_wait_timeout = 1", "SET GLOBAL innodb_lock_wait_timeout = 50"],
    ["SET GLOBAL wait_timeout = 1", "SET GLOBAL wait_timeout = 28800"],
    ["SET GLOBAL idle_transaction_timeout = 1", "SET GLOBAL idle_transaction_timeout = 0"],
  ],
} as const;

/** A target that lets nobody work or be idle for long: what a migration knows to be long is not for that. */
async function shortLimits({ seed, log }: Trial): Promise<Tried> {
  const target = seed % 2 === 0 ? "postgresql" : "mariadb";
  const expected = await ends.of("sqlite", target);
  const server = await own(target);
  const migration = await sources.migration("sqlite", target, { ground: { server: server.url } });
  const name = new URL(migration.target.url).pathname.slice(1);
  const set = async (which: 0 | 1): Promise<void> => {
    const admin = await rivalOf({ engine: target, url: server.url });
    for (const limit of limits[target](name)) await admin.run(limit[which]!);
    await admin.end();
  };
  const findings: string[] = [];
  for (const [step, findingsOf] of [
    ["run", loadedFindings],
    ["undo", undoneFindings],
  ] as const) {
    await set(0);
    const said = await command(step, migration);
    await set(1);
    log(`${step}: ${said.status}: ${said.err.trim().split("\n").slice(-3).join(" / ")}`);
    if (!isWell(said)) findings.push(toldBy(step, said));
    if (said.err.includes("trying again")) findings.push(`${step} was held up: ${said.err}`);
    findings.push(...(await findingsOf(migration, expected)));
  }
  if (findings.length === 0) await migration.remove();
  else log(`left to be looked at: ${migration.folder}`);
  return { count: 2, findings: findings.map((finding) => `to ${target}: ${finding}`) };
}

export const timeLimits: Variant = {
  name: "time-limits",
  counts: "commands",
  run: shortLimits,
  close: async () => {
    await endServers();
    await sources.close();
  },
};
