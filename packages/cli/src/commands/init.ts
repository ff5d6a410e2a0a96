import { existsSync, statSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { System } from "@cutover/mapping";
import { CutoverError, exit } from "@cutover/model";
import type { Call, Outcome } from "../command.js";
import { migrationFile } from "../migration/read.js";
import { loadNamed } from "../migration/systems.js";

function load(name: string): System {
  const { system, problems } = loadNamed(name, null);
  if (system !== null) return system;
  throw new CutoverError("usage", `the system ${name} cannot be loaded`, {
    problems,
  });
}

/** A name as migration.yaml allows it, made of what the folder is called. */
function nameOf(folder: string): string {
  const name = path.basename(folder).replaceAll(/[^A-Za-z0-9 ._-]/g, "-");
  return name.replace(/^[^A-Za-z0-9]+/, "") || "migration";
}

const environmentName = (name: string): string => `${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}_URL`;

const connectionOf = (system: System, name: string): readonly string[] =>
  system.medium === "sql"
    ? [
        "# sqlite:<path>, postgres://user@host/database or mysql://user@host/database, in this environment variable",
        `urlEnv: ${environmentName(name)}`,
      ]
    : [`folder: exports/${name}`];

function systemLines(system: System, name: string, role: string | null): readonly string[] {
  const parameters = Object.entries(system.parameters);
  return [
    `system: ${system.name}`,
    ...(role === null ? [] : [`role: ${role}`]),
    "connection:",
    ...connectionOf(system, name).map((line) => `  ${line}`),
    ...(parameters.length === 0 ? [] : ["parameters:"]),
    ...parameters.map(([parameter, value]) => `  ${parameter}: ${JSON.stringify(value)}`),
  ];
}

/** What HR usually knows better; as far as the system that enriches fills it. */
const enrichedFields = ["manager", "hireDate", "leaveDate", "department", "jobTitle"];

function enrichLines(system: System): readonly string[] {
  const filled = new Set(system.inbound.filter((m) => m.entity === "user").flatMap((m) => m.fields));
  const fields = enrichedFields.filter((field) => filled.has(field));
  if (fields.length === 0) return [];
  return [
    "",
    "# What this system knows better than the source; who only it knows is left out by a rule.",
    "enrich:",
    `  user: { from: ${system.name}, fields: [${fields.join(", ")}], unmatched: exclude }`,
  ];
}

function migrationText(
  name: string,
  sources: readonly System[],
  enrich: System | null,
  target: System,
): string {
  const source = (system: System, role: string | null): readonly string[] => [
    `  ${system.name}:`,
    ...systemLines(system, system.name, role).map((line) => `    ${line}`),
  ];
  return `${[
    `# The migration ${name}. Every command is given this folder.`,
    `migration: ${JSON.stringify(name)}`,
    "",
    "sources:",
    ...sources.flatMap((system) => source(system, null)),
    ...(enrich === null ? [] : source(enrich, "enrich")),
    "",
    "target:",
    ...systemLines(target, "target", null).map((line) => `  ${line}`),
    ...(enrich === null ? [] : enrichLines(enrich)),
  ].join("\n")}\n`;
}

/** A path as it can be typed after a command. */
const typed = (text: string): string => {
  const safe = text.startsWith("-") ? `./${text}` : text;
  return /^[\w./@:+-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", String.raw`'\''`)}'`;
};

/** Refuses what would be overwritten. */
async function requireNew(given: string, folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const taken = !statSync(folder).isDirectory() || (await readdir(folder)).length > 0;
  if (!taken) return;
  throw new CutoverError("usage", `${given} is there already, and not an empty folder`, {
    remedy: "Name a new folder.",
  });
}

/** `cutover init <folder>`: a migration folder between two systems. */
export async function init({ args, options }: Call): Promise<Outcome> {
  const given = args[0]!;
  if (given.trim() === "") {
    throw new CutoverError("usage", "the migration's folder has no name", {
      remedy: "Name a new folder: cutover init acme.",
    });
  }
  const folder = path.resolve(given);
  await requireNew(given, folder);
  const sources = String(options["from"])
    .split(",")
    .map((name) => load(name.trim()));
  const enrich = typeof options["enrich"] === "string" ? load(options["enrich"]) : null;
  const read = [...sources, ...(enrich === null ? [] : [enrich])].map((system) => system.name);
  const twice = read.find((name, i) => read.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new CutoverError("usage", `${twice} is named twice among what is read`, {
      remedy:
        "Name it once here; in migration.yaml a source can have any name, and a system any number of sources.",
    });
  }
  const target = load(String(options["to"]));
  if (target.outbound.length === 0) {
    throw new CutoverError(
      "usage",
      `${target.name} can be read but not written: it has no outbound mappings`,
      { remedy: "Name another system with --to." },
    );
  }
  const folders = ["mappings", "approvals", "reports"];
  for (const sub of folders) await mkdir(path.join(folder, sub), { recursive: true });
  for (const system of [...sources, enrich]) {
    if (system !== null && system.medium !== "sql")
      await mkdir(path.join(folder, "exports", system.name), { recursive: true });
  }
  await writeFile(path.join(folder, migrationFile), migrationText(nameOf(folder), sources, enrich, target));
  await writeFile(path.join(folder, ".gitignore"), ".cutover/\nexports/\nreports/\n");
  return {
    status: exit.clean,
    json: { folder, files: [migrationFile, ".gitignore", ...folders.map((sub) => `${sub}/`)] },
    text: `Made ${given}.\nFill in ${path.join(given, migrationFile)}, then: cutover check ${typed(given)}`,
  };
}
