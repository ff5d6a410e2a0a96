import { cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import { measureGood } from "../measure/measure.js";
import type { Costs, Program } from "../contest.js";
import type { Moving } from "../contests/pair.js";

const root = path.resolve(import.meta.dirname, "../../../..");
const commandLine = path.join(root, "packages/cli/bin/cutover.js");
const systems = path.resolve(import.meta.dirname, "../../systems");

/**
 * The migration as a user would write it. People and courses are in both systems, as they are where only
 * the history is moved: they are read on both sides, matched, and found unchanged, in the time that counts.
 */
const migration = `migration: bench
sources:
  old:
    system: bench-source
    connection: { urlFile: source.url }
target:
  system: bench-target
  connection: { urlFile: target.url }
`;

/** Makes the folder of a migration. */
export function writeMigration({ folder, source, target }: Moving): void {
  cpSync(systems, path.join(folder, "mappings"), { recursive: true });
  writeFileSync(path.join(folder, "source.url"), source.url);
  writeFileSync(path.join(folder, "target.url"), target.url);
  writeFileSync(path.join(folder, "migration.yaml"), migration);
}

interface Books {
  readonly entities: { readonly completion: { readonly created: number; readonly unchanged: number } };
}

/** A figure is worth nothing where the work was not done. */
function expectDone(step: string, found: number, size: number): void {
  if (found !== size) throw new Error(`${step} should have done ${size} completions and did ${found}`);
}

/** Plan and run, read back, and plan and run again when nothing has changed: all through the command line. */
export const cutover: Program<Moving> = {
  name: "cutover",
  does: "plan, run, reconcile, and plan and run again, with ledger, hashes and checks",
  async run(turn): Promise<Costs> {
    writeMigration(turn);
    const command = (name: string) =>
      measureGood({ program: process.execPath, args: [commandLine, name, turn.folder, "--json"] });
    const plan = await command("plan");
    const run = await command("run");
    const { entities } = JSON.parse(run.out) as Books;
    expectDone("run", entities.completion.created, turn.size.records);
    const reconcile = await command("reconcile");
    const planAgain = await command("plan");
    const runAgain = await command("run");
    const again = JSON.parse(runAgain.out) as Books;
    expectDone("run again", again.entities.completion.unchanged, turn.size.records);
    return { plan, run, reconcile, "plan again": planAgain, "run again": runAgain };
  },
};
