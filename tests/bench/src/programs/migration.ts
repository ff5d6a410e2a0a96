import { cpSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { measureGood, type Ended } from "../measure/measure.js";

const root = path.resolve(import.meta.dirname, "../../../..");
const commandLine = path.join(root, "packages/cli/bin/cutover.js");
const systems = path.resolve(import.meta.dirname, "../../systems");

/** A migration out of the benchmark's source, as a user would write it. */
export interface Migration {
  readonly folder: string;
  /** URL of the source. */
  readonly source: string;
  readonly target: { readonly system: string; readonly url: string };
}

/** Makes its folder. */
export function writeMigration({ folder, source, target }: Migration): void {
  mkdirSync(folder, { recursive: true });
  cpSync(systems, path.join(folder, "mappings"), { recursive: true });
  writeFileSync(path.join(folder, "source.url"), source);
  writeFileSync(path.join(folder, "target.url"), target.url);
  writeFileSync(
    path.join(folder, "migration.yaml"),
    `migration: bench
sources:
  old:
    system: bench-source
    connection: { urlFile: source.url }
target:
  system: ${target.system}
  connection: { urlFile: target.url }
`,
  );
}

/** What became of the completions. */
export interface Books {
  readonly read: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly excluded: number;
}

/** Runs a command on a migration, in a process of its own. It has to end without a flag. */
export const command = ({ folder }: Migration, name: string, ...options: readonly string[]): Promise<Ended> =>
  measureGood({ program: process.execPath, args: [commandLine, name, folder, "--json", ...options] });

/** The same for a command that tells the books; a figure is worth nothing where the work was not done. */
export async function booked(
  migration: Migration,
  name: string,
  did: (books: Books) => boolean,
  ...options: readonly string[]
): Promise<Ended> {
  const ended = await command(migration, name, ...options);
  const { entities } = JSON.parse(ended.out) as { readonly entities: { readonly completion: Books } };
  if (did(entities.completion)) return ended;
  throw new Error(`cutover ${name} did something else: ${JSON.stringify(entities.completion)}`);
}

/** What the ledger takes on disk. */
export function ledgerMb({ folder }: Migration): number {
  const { size } = statSync(path.join(folder, ".cutover", "ledger.db"));
  return Math.round(size / 1024 / 1024);
}
