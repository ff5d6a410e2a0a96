import type { TestDatabase } from "@cutover/testkit";
import { cutover, toldBy } from "../kit/cutover.js";
import { ask, type Engine } from "../kit/databases.js";
import { isWell } from "../kit/ends.js";
import { askLedger } from "../kit/ledger-state.js";
import { makeMigration, makeSource } from "../kit/migration.js";
import { random } from "../kit/random.js";
import { makeWorkload } from "../kit/workload.js";
import type { Trial, Tried, Variant } from "../variant.js";

const people = 1_500;
const batch = 400;
const workload = makeWorkload({ people, results: 1_200 });

/** A reason for which a target refuses people that it is told by their numbers. */
interface Reason {
  readonly name: string;
  readonly engines: readonly Engine[];
  /** What has to be done to the target. */
  spoil(target: TestDatabase, numbers: readonly number[]): Promise<void>;
  /** The codes of drivers that may be told. */
  readonly code: RegExp;
}

const logins = (numbers: readonly number[]): string => numbers.map((n) => `'login${n}'`).join(", ");

const reasons: readonly Reason[] = [
  {
    name: "check",
    engines: ["postgresql", "mariadb"],
    spoil: (target, numbers) =>
      target.run(`ALTER TABLE person ADD CONSTRAINT unwanted CHECK (login NOT IN (${logins(numbers)}))`),
    code: /23514|ER_CONSTRAINT_FAILED|4025/,
  },
  {
    name: "unique",
    engines: ["sqlite", "postgresql", "mariadb"],
    spoil: (target, numbers) =>
      target.run(
        // Nobody is recognized by a given name: only the database knows that it is taken.
        "CREATE UNIQUE INDEX one_given ON person (given)",
        `INSERT INTO person (login, given) VALUES ${numbers.map((n) => `('taken${n}', 'Given ${n}')`).join(", ")}`,
      ),
    code: /23505|ER_DUP_ENTRY|SQLITE_CONSTRAINT_UNIQUE/,
  },
  {
    name: "trigger",
    engines: ["sqlite", "postgresql", "mariadb"],
    spoil(target, numbers) {
      const list = logins(numbers);
      if (target.engine === "sqlite") {
        return target.run(
          `CREATE TRIGGER unwanted BEFORE INSERT ON person WHEN NEW.login IN (${list}) BEGIN SELECT RAISE(ABORT, 'no'); END`,
        );
      }
      if (target.engine === "mariadb") {
        return target.run(
          `CREATE TRIGGER unwanted BEFORE INSERT ON person FOR EACH ROW IF NEW.login IN (${list}) THEN SIGNAL SQLSTATE '45000'; END IF`,
        );
      }
      return target.run(
        `CREATE FUNCTION unwanted() RETURNS trigger LANGUAGE plpgsql AS
           'BEGIN IF NEW.login IN (${list.replaceAll("'", "''")}) THEN RAISE EXCEPTION ''no''; END IF; RETURN NEW; END'`,
        "CREATE TRIGGER unwanted BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION unwanted()",
      );
    },
    code: /P0001|ER_SIGNAL_EXCEPTION|SQLITE_CONSTRAINT_TRIGGER/,
  },
];

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

/** Lets a target refuse some people of many: they have to be found, they alone, and quickly. */
async function run({ seed, log }: Trial): Promise<Tried> {
  const reason = reasons[seed % reasons.length]!;
  const target = reason.engines[Math.floor(seed / reasons.length) % reason.engines.length]!;
  const numbers = choose(seed);
  log(`${reason.name} on ${target}: ${numbers.join(", ")}`);
  const source = await makeSource("sqlite", workload);
  const migration = await makeMigration({ source, target, workload });
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

export const badRows: Variant = { name: "bad-rows", counts: "rows refused", run };
