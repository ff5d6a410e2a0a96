import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { freshDatabase, type Engine } from "@cutover/testkit";
import { loadDump } from "./load-dump.js";
import { asking, stateOf, type Asking, type Row } from "./target-state.js";

/** A migration from one real Moodle into another, on databases of its own. */
export interface Moving {
  readonly folder: string;
  readonly source: Asking;
  readonly target: Asking;
  /** The target's rows before anything was done. */
  readonly untouched: ReadonlyMap<string, string>;
  /** Rows of the migration's ledger. */
  ledger(sql: string): readonly Row[];
  close(): Promise<void>;
}

export interface Target {
  /** The dump it begins with: a Moodle just installed, or one in use. */
  readonly dump: "empty" | "source";
  /** What is done to it before it is looked at. */
  readonly statements: readonly string[];
}

export async function makeMoving(
  from: Engine,
  to: Engine,
  into: Target = { dump: "empty", statements: [] },
): Promise<Moving> {
  const [source, target] = await Promise.all([freshDatabase(from), freshDatabase(to)]);
  await loadDump(source.url, `source-${from}`);
  await loadDump(target.url, `${into.dump}-${to}`);
  const sourceAsk = await asking(source.url);
  const targetAsk = await asking(target.url);
  // What the runbook asks for before a load.
  await targetAsk.ask("UPDATE mdl_config SET value = '0' WHERE name = 'cron_enabled'");
  await targetAsk.ask(
    "UPDATE mdl_config_plugins SET value = '0' WHERE plugin = 'enrol_manual' AND name = 'sendcoursewelcomemessage'",
  );
  for (const statement of into.statements) await targetAsk.ask(statement);
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-moodle-"));
  writeFileSync(path.join(folder, "source.url"), source.url);
  writeFileSync(path.join(folder, "target.url"), target.url);
  writeFileSync(
    path.join(folder, "migration.yaml"),
    `migration: moodle-${from}-${to}
sources:
  old:
    system: moodle
    connection: { urlFile: source.url }
    parameters: { zone: Europe/London }
target:
  system: moodle
  connection: { urlFile: target.url }
  parameters: { zone: Europe/London, login: keep }
`,
  );
  return {
    folder,
    source: sourceAsk,
    target: targetAsk,
    untouched: await stateOf(targetAsk),
    ledger(sql: string): readonly Row[] {
      const db = new Sqlite(path.join(folder, ".cutover", "ledger.db"), { readonly: true });
      try {
        return db.prepare(sql).all() as Row[];
      } finally {
        db.close();
      }
    },
    async close() {
      await Promise.all([sourceAsk.close(), targetAsk.close()]);
      await Promise.all([source.drop(), target.drop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
