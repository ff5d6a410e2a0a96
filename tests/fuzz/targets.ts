import type { Target } from "./support/target.js";

/** Everything that reads what others wrote. */
export const targets = {
  csv: async () => (await import("./csv.js")).csv,
  ndjson: async () => (await import("./ndjson.js")).ndjson,
  xlsx: async () => (await import("./xlsx.js")).xlsx,
  xml: async () => (await import("./xml.js")).xml,
  "sql-values": async () => (await import("./sql-values.js")).sqlValues,
  "mapping-yaml": async () => (await import("./mapping-yaml.js")).mappingYaml,
  "migration-yaml": async () => (await import("./migration-yaml.js")).migrationYamlTarget,
} satisfies Readonly<Record<string, () => Promise<Target<unknown>>>>;

export type TargetName = keyof typeof targets;

export const targetNames = Object.keys(targets) as readonly TargetName[];
