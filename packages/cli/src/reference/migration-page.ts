import { migrationSchema } from "../migration/schema.js";
import { schemaSection, type Schema } from "./schema-section.js";

const example = `\`\`\`yaml
# yaml-language-server: $schema=../docs/schema/migration.schema.json
migration: acme
sources:
  cornerstone:
    system: cornerstone
    connection: { folder: exports }
    parameters: { zone: America/New_York }
target:
  system: moodle
  connection: { url: "postgres://cutover@db.example.org/moodle", passwordEnv: MOODLE_PASSWORD }
\`\`\``;

/** The reference of migration.yaml, from the schema that editors use. */
export function migrationPage(): string {
  return `${[
    "# migration.yaml",
    "A migration is a folder; `migration.yaml` in it says which systems take part, where they are, and how their records are recognized. `cutover init` makes one. Beside it lie `mappings/` (what differs from the shipped mappings), `approvals/`, `reports/` and `.cutover/ledger.db`.",
    example,
    "Paths (`folder`, `urlFile`, `passwordFile`, the file of an SQLite database) count from the migration folder. They may be absolute, or lead out of it: Cutover reads what the person who runs it may read, so look at a `migration.yaml` that comes from somebody else before you run it. A folder that is to move to another machine is better written with relative paths.",
    "Keys marked * are required; `…` stands for a name of your own, or for one of an entity.",
    schemaSection("Keys", "The whole file.", migrationSchema as unknown as Schema),
  ].join("\n\n")}\n`;
}
