import type { TestDatabase } from "@cutover/testkit";
import { toldBy } from "../kit/cutover.js";
import { engines } from "../kit/databases.js";
import { command, isWell } from "../kit/ends.js";
import { Sources } from "../kit/migration.js";
import type { Trial, Tried, Variant } from "../variant.js";

const sources = new Sources();

/** What a trigger does behind a load's back, after a result was written; in SQL that all engines know. */
const lies: Readonly<Record<string, string>> = {
  "changes another row": "UPDATE course SET title = 'Another title' WHERE id = NEW.course",
  "changes a row that has no canonical form of its own":
    "UPDATE category SET name = 'Another name' WHERE name = 'Safety/Fire'",
  "drops a row": "DELETE FROM profile WHERE person = NEW.person",
  "adds a record": "INSERT INTO org (code, name) VALUES ('MADE', 'Made up')",
  "doubles a value": "UPDATE person SET given = 'Doubled' WHERE id = NEW.person",
};

async function install({ engine, run }: Pick<TestDatabase, "engine" | "run">, lie: string): Promise<void> {
  if (engine === "postgresql") {
    await run(
      `CREATE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN ${lie.replaceAll("'", "''")}; RETURN NULL; END'`,
      "CREATE TRIGGER lie AFTER INSERT ON result FOR EACH ROW EXECUTE FUNCTION lie()",
    );
    return;
  }
  const body = engine === "mariadb" ? lie : `BEGIN ${lie}; END`;
  await run(`CREATE TRIGGER lie AFTER INSERT ON result FOR EACH ROW ${body}`);
}

/** Loads a target that does something else than it was told: reading it back has to find that. */
async function run({ seed, log }: Trial): Promise<Tried> {
  const names = Object.keys(lies);
  const name = names[seed % names.length]!;
  const target = engines[Math.floor(seed / names.length) % engines.length]!;
  log(`${target} ${name}`);
  const migration = await sources.migration("sqlite", target);
  const database = migration.target;
  await install({ engine: target, run: (...statements) => database.run(...statements) }, lies[name]!);
  const findings: string[] = [];
  const loaded = await command("run", migration);
  if (!isWell(loaded)) findings.push(toldBy("run", loaded));
  const said = await command("reconcile", migration);
  if (said.status !== 5) findings.push(toldBy("reconcile did not find it: it", said));
  await migration.remove();
  return { count: 1, findings: findings.map((finding) => `${target} ${name}: ${finding}`) };
}

export const liars: Variant = { name: "liars", counts: "lies", run, close: () => sources.close() };
