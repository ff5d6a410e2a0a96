import { explainMapping } from "@cutover/mapping";
import { CutoverError, exit } from "@cutover/model";
import type { Call, Outcome } from "../command.js";
import { readMigration } from "../migration/read.js";
import { loadNamed, loadSystems } from "../migration/systems.js";

/** `cutover explain <mapping> [folder]`: a mapping in plain sentences. */
export async function explain({ args }: Call): Promise<Outcome> {
  const wanted = args[0]!;
  const systemName = wanted.split("/")[0]!;
  const folder = args[1];
  const systems = loadFrom(folder);
  const found = systems.find((system) => system.name === systemName) ?? loadOrFail(systemName);
  const names = [...found.inbound, ...found.outbound].map((m) => m.name);
  const asked = wanted.includes("/") ? names.filter((name) => name === wanted) : names;
  if (asked.length === 0) {
    throw new CutoverError("usage", `${systemName} has no mapping ${wanted}`, {
      remedy: `It has: ${names.join(", ")}.`,
    });
  }
  const texts = [...new Set(asked)].map((name) => ({ mapping: name, text: explainMapping(found, name) }));
  return { status: exit.clean, json: { mappings: texts }, text: texts.map((t) => t.text).join("\n\n") };
}

function loadFrom(folder: string | undefined) {
  try {
    const { sources, target } = loadSystems(readMigration(folder));
    return [...sources.map((s) => s.system), target];
  } catch (error) {
    // Without a migration folder the shipped mapping is explained.
    if (folder === undefined && error instanceof CutoverError && error.code === "migration-invalid")
      return [];
    throw error;
  }
}

function loadOrFail(name: string) {
  const { system, problems } = loadNamed(name, null);
  if (system === null)
    throw new CutoverError("mapping-invalid", `the system ${name} cannot be loaded`, { problems });
  return system;
}
