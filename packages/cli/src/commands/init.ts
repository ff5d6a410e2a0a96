import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { System } from "@cutover/mapping";
import { CutoverError, exit } from "@cutover/model";
import type { Call, Outcome } from "../command.js";
import { migrationFile } from "../migration/read.js";
import { loadNamed, systemNames } from "../migration/systems.js";

function load(name: string): System {
  const { system, problems } = loadNamed(name, {}, null);
  if (system !== null) return system;
  throw new CutoverError("usage", `the system ${name} cannot be loaded`, {
    problems,
    remedy: `Known systems: ${systemNames().join(", ")}.`,
  });
}

function connectionOf(system: System, name: string): string {
  if (system.medium === "sql") {
    return `      # sqlite:<path>, postgres://user@host/db or mysql://user@host/db, in this environment variable\n      urlEnv: ${name.toUpperCase().replaceAll("-", "_")}_URL\n`;
  }
  return `      folder: exports/${name}\n`;
}

const parametersOf = (system: System): string => {
  const lines = Object.entries(system.parameters).map(
    ([name, value]) => `      ${name}: ${JSON.stringify(value)}\n`,
  );
  return lines.length === 0 ? "" : `    parameters:\n${lines.join("")}`;
};

const indentLess = (text: string): string => text.replaceAll(/^ {2}/gm, "");

function migrationText(
  name: string,
  sources: readonly System[],
  enrich: System | null,
  target: System,
): string {
  const source = (system: System, role: string): string =>
    `  ${system.name}:\n    system: ${system.name}\n${role}    connection:\n${connectionOf(system, system.name)}${parametersOf(system)}`;
  const fields = "[manager, hireDate, leaveDate, department, jobTitle]";
  return [
    `# The migration ${name}. Every command is given this folder.\n`,
    `migration: ${name}\n\nsources:\n`,
    ...sources.map((system) => source(system, "")),
    enrich === null ? "" : source(enrich, "    role: enrich\n"),
    `\ntarget:\n  system: ${target.name}\n  connection:\n${indentLess(connectionOf(target, "target"))}${indentLess(parametersOf(target))}`,
    enrich === null
      ? ""
      : `\n# What the HR feed knows better than the source; who only HR knows is left out by a rule.\nenrich:\n  user: { from: ${enrich.name}, fields: ${fields}, unmatched: exclude }\n`,
  ].join("");
}

/** `cutover init <folder>`: a migration folder between two systems. */
export async function init({ args, options }: Call): Promise<Outcome> {
  const folder = path.resolve(args[0]!);
  const name = path.basename(folder).replaceAll(/[^A-Za-z0-9 ._-]/g, "-");
  if (existsSync(folder) && (await readdir(folder)).length > 0) {
    throw new CutoverError("usage", `the folder ${args[0]} is not empty`, { remedy: "Name a new folder." });
  }
  const sources = String(options["from"])
    .split(",")
    .map((s) => load(s.trim()));
  const enrich = typeof options["enrich"] === "string" ? load(options["enrich"]) : null;
  const target = load(String(options["to"]));
  if (target.outbound.length === 0) {
    throw new CutoverError(
      "usage",
      `${target.name} can be read but not written: it has no outbound mappings`,
    );
  }
  const folders = ["mappings", "test-plans", "approvals", "decisions", "reports"];
  for (const sub of folders) await mkdir(path.join(folder, sub), { recursive: true });
  for (const system of [...sources, enrich]) {
    if (system !== null && system.medium !== "sql")
      await mkdir(path.join(folder, "exports", system.name), { recursive: true });
  }
  await writeFile(path.join(folder, migrationFile), migrationText(name, sources, enrich, target));
  await writeFile(path.join(folder, ".gitignore"), ".cutover/\nexports/\nreports/\n");
  const next = [`Fill in ${path.join(args[0]!, migrationFile)}, then: cutover check ${args[0]}`];
  return {
    status: exit.clean,
    json: { folder, files: [migrationFile, ".gitignore", ...folders.map((sub) => `${sub}/`)] },
    text: `Made ${args[0]}.\n${next.join("\n")}`,
  };
}
