import type { PrivateServer } from "@cutover/testkit";
import { cutover, toldBy } from "../kit/cutover.js";
import { ask, type Engine } from "../kit/databases.js";
import { isWell } from "../kit/ends.js";
import { askLedger } from "../kit/ledger-state.js";
import { makeMigration, makeSource } from "../kit/migration.js";
import { own, endServers } from "../kit/own-server.js";
import { random } from "../kit/random.js";
import { reasons, type Reason } from "../kit/refusals.js";
import { isServer, rivalOf } from "../kit/trouble.js";
import { makeWorkload } from "../kit/workload.js";
import type { Trial, Tried, Variant } from "../variant.js";

const people = 1_500;
const batch = 400;
const workload = makeWorkload({ people, results: 1_200 });

interface Case {
  readonly reason: Reason;
  readonly target: Engine;
}

const cases: readonly Case[] = reasons.flatMap((reason) =>
  reason.engines.map((target) => ({ reason, target })),
);

/** The seed of a trial of one reason on one engine. */
export const seedOf = (name: string, engine: Engine): number =>
  cases.findIndex(({ reason, target }) => reason.name === name && target === engine);

/** People who are neither left out nor in the target already, each once. */
function choose(seed: number): readonly number[] {
  const { below } = random(seed);
  const chosen = new Set<number>();
  for (let i = 1 + below(12); i > 0; i--) {
    const n = 1 + below(people);
    if ((n - 1) % 20 !== 19 && n !== 1 && n !== 7) chosen.add(n);
  }
  return [...chosen].toSorted((a, b) => a - b);
}

/** A server whose sessions are told by nobody but themselves to refuse what they cannot keep. */
async function lenient(engine: "postgresql" | "mariadb"): Promise<PrivateServer> {
  const server = await own(engine);
  const admin = await rivalOf({ engine, url: server.url });
  await admin.run("SET GLOBAL sql_mode = ''");
  await admin.end();
  return server;
}

/** Lets a target refuse some people of many: they have to be found, they alone, and quickly. */
async function run({ seed, log }: Trial): Promise<Tried> {
  const { reason, target } = cases[seed % cases.length]!;
  const numbers = choose(seed);
  log(`${reason.name} on ${target}: ${numbers.join(", ")}`);
  const source = await makeSource("sqlite", workload);
  await reason.prepare?.(source, numbers);
  const server = reason.lenient === true && isServer(target) ? (await lenient(target)).url : undefined;
  const ground = { server, encoding: reason.encoding };
  const migration = await makeMigration({ source, target, workload, ground });
  const { folder } = migration;
  const findings: string[] = [];
  const planned = await cutover(["plan", folder, "--json"]);
  if (!isWell(planned)) findings.push(toldBy("plan", planned));
  await reason.spoil(migration.target, numbers);
  const said = await cutover(["run", folder, "--batch", String(batch), "--json"]);
  if (!isWell(said)) findings.push(toldBy("run", said));

  const flagged = askLedger(
    folder,
    `SELECT r.key, i.note FROM issue i JOIN record r ON r.id = i.record JOIN mapping m ON m.id = r.mapping
     WHERE i.code = 'target-rejected' AND m.entity = 'user' ORDER BY CAST(r.key AS INTEGER)`,
  );
  if (flagged.map(({ key }) => Number(key)).join() !== numbers.join())
    findings.push(
      `flagged were ${flagged.map(({ key }) => String(key)).join()} instead of ${numbers.join()}`,
    );
  const untold = flagged.filter(({ note }) => !reason.code.test(String(note)));
  if (untold.length > 0) findings.push(`the database's reason is not told: ${JSON.stringify(untold[0])}`);
  const [refused] = askLedger(
    folder,
    "SELECT COUNT(*) AS n FROM batch WHERE state = 'refused' AND entity = 'user'",
  );
  const most = numbers.length * (Math.ceil(Math.log2(batch)) + 1);
  if (Number(refused?.["n"]) > most)
    findings.push(
      `${String(refused?.["n"])} batches were refused, where ${most} find ${numbers.length} rows`,
    );
  const [there] = await ask(migration.target, ["SELECT COUNT(*) AS n FROM person WHERE login LIKE 'login%'"]);
  const loaded = Number(there?.[0]?.["n"]);
  const expected = people - people / 20 - numbers.length;
  if (loaded !== expected) findings.push(`${loaded} people are there instead of ${expected}`);
  const reconciled = await cutover(["reconcile", folder, "--json"]);
  // Who took the names came after the plan: nobody expected them.
  if (reason.name === "unique" ? reconciled.status !== 5 : !isWell(reconciled))
    findings.push(toldBy("reconcile", reconciled));

  if (findings.length === 0) await migration.remove();
  else log(`left to be looked at: ${folder}`);
  await source.drop();
  return {
    count: numbers.length,
    findings: findings.map((finding) => `${reason.name} on ${target}: ${finding}`),
  };
}

export const badRows: Variant = { name: "bad-rows", counts: "rows refused", run, close: endServers };
