import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Person } from "../company/people.js";
import type { SizeName } from "../company/sizes.js";
import { writeCompany, type WrittenCompany } from "../company/write.js";
import { createMoodleTarget } from "../target/moodle-target.js";

/** What migration.yaml of the demo says. */
const migrationYaml = `# yaml-language-server: $schema=../docs/schema/migration.schema.json
# The Nordwind Group moves from Cornerstone to Moodle. HR knows people's current names and places.
migration: nordwind

sources:
  cornerstone:
    system: cornerstone
    connection: { folder: cornerstone }
    parameters: { zone: America/New_York }
  hr:
    system: hr-feed
    role: enrich
    connection: { folder: hr }

target:
  system: moodle
  connection: { url: "sqlite:moodle.db" }
  parameters: { zone: Europe/Berlin }

enrich:
  user:
    from: hr
    fields: [givenName, familyName, jobTitle, country, city, organization, manager, leaveDate]
    unmatched: exclude
  organization:
    from: hr
    fields: [name]
    unmatched: exclude
`;

/** People whose accounts somebody made in the target by hand: known by number, or by user name alone. */
const existing = (people: readonly Person[]) =>
  people
    .filter((p) => p.left === null && p.manages > 0)
    .slice(0, 5)
    .map((p, i) => ({
      username: p.row["user_name"]!,
      employeeId: i < 3 ? p.employeeId : "",
      givenName: p.row["user_name_first"]!,
      familyName: p.row["user_name_last"]!,
      email: p.row["user_email"]!,
    }));

export interface DemoMigration extends WrittenCompany {
  readonly folder: string;
  /** The target's database. */
  readonly target: string;
}

export interface DemoOptions {
  readonly size?: SizeName;
  readonly seed?: number;
  readonly defects?: boolean;
}

/** Names of what the demo puts into its folder; a folder with anything else is not ours to empty. */
const own = ["cornerstone", "hr", "labels.json", "moodle.db", "migration.yaml", ".cutover", "reports"];

/** Makes a migration folder with a company's exports, an empty Moodle and migration.yaml. */
export async function makeDemoMigration(folder: string, options: DemoOptions = {}): Promise<DemoMigration> {
  mkdirSync(folder, { recursive: true });
  for (const name of own) rmSync(path.join(folder, name), { recursive: true, force: true });
  const written = writeCompany(folder, {
    size: options.size ?? "mid",
    defects: options.defects ?? true,
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  const target = path.join(folder, "moodle.db");
  await createMoodleTarget(target, existing(written.company.people));
  writeFileSync(path.join(folder, "migration.yaml"), migrationYaml);
  return { ...written, folder, target };
}
