import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Ground, TestDatabase } from "@cutover/testkit";
import { academyDatabase, schoolDatabase, type Engine } from "./databases.js";
import { fillingOf, makeWorkload, type Workload, type WorkloadSize } from "./workload.js";

const systems = path.resolve(import.meta.dirname, "../systems");

/** A migration folder between a source and a target, and the target's database. */
export interface Migration {
  readonly folder: string;
  readonly target: TestDatabase;
  remove(): Promise<void>;
}

interface MigrationOptions {
  readonly source: TestDatabase;
  readonly target: Engine;
  readonly workload: Workload;
  /** The target's URL as the migration sees it: through a proxy. */
  readonly seen?: ((url: string) => string) | undefined;
  /** Where the target is made. */
  readonly ground?: Ground | undefined;
}

const migrationYaml = (source: string, target: string): string => `migration: endurance
sources:
  school:
    system: school
    connection: { url: "${source}" }
target:
  system: ${target}
`;

/** A new migration folder. */
export function migrationFolder(source: TestDatabase, target: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-endurance-"));
  mkdirSync(path.join(folder, ".cutover"));
  symlinkSync(systems, path.join(folder, "mappings"));
  writeFileSync(path.join(folder, "migration.yaml"), migrationYaml(source.url, target));
  return folder;
}

/** A source that many migrations read. */
export async function makeSource(engine: Engine, workload: Workload): Promise<TestDatabase> {
  const source = await schoolDatabase(engine);
  await source.run(...fillingOf(workload));
  return source;
}

/** A new migration into a database of its own. */
export async function makeMigration(options: MigrationOptions): Promise<Migration> {
  const { source, workload, seen = (url) => url } = options;
  const target = await academyDatabase(options.target, options.ground);
  await target.run(...workload.academy);
  const folder = migrationFolder(source, `academy\n  connection: { url: "${seen(target.url)}" }`);
  return {
    folder,
    target,
    async remove() {
      await target.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Half of the trials have a target whose journal is a file that SQLite makes and deletes, as it does by
 * default: a process killed in the midst leaves one behind that only a writer can roll back.
 */
export async function chooseJournal({ target }: Migration, seed: number): Promise<void> {
  if (target.engine === "sqlite" && Math.floor(seed / 9) % 2 === 0)
    await target.run("PRAGMA journal_mode = DELETE");
}

/** The workload most variants use: some hundreds of rows, some dozens of batches. */
const small: WorkloadSize = { people: 240, results: 700 };
export const batch = ["--batch", "60"];

/** The sources, one an engine, shared by the trials of a variant. */
export class Sources {
  readonly workload: Workload;
  readonly #made = new Map<Engine, Promise<TestDatabase>>();

  constructor(size: WorkloadSize = small) {
    this.workload = makeWorkload(size);
  }

  of(engine: Engine): Promise<TestDatabase> {
    let source = this.#made.get(engine);
    if (source === undefined) this.#made.set(engine, (source = makeSource(engine, this.workload)));
    return source;
  }

  async migration(
    source: Engine,
    target: Engine,
    options: Pick<MigrationOptions, "seen" | "ground"> = {},
  ): Promise<Migration> {
    return makeMigration({ source: await this.of(source), target, workload: this.workload, ...options });
  }

  async close(): Promise<void> {
    for (const source of this.#made.values()) await (await source).drop();
    this.#made.clear();
  }
}
