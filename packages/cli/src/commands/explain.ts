import { explainMapping } from "@cutover/mapping";
import { CutoverError, exit, nearest } from "@cutover/model";
import type { Call, Outcome } from "../command.js";
import { readMigration } from "../migration/read.js";
import { loadNamed, loadSystems, systemNames } from "../migration/systems.js";

/** `cutover explain <mapping> [folder]`: a mapping in plain sentences. */
export async function explain({ args }: Call): Promise<Outcome> {
  const wanted = args[0]!;
  const systemName = wanted.split("/")[0]!;
  const folder = args[1];
  const systems = loadFrom(folder);
  const found = systems.find((system) => system.name === systemName) ?? loadOrFail(systemName);
  const names = [...new Set([...found.inbound, ...found.outbound].map((m) => m.name))];
  const asked = wanted.includes("/") ? names.filter((name) => name === wanted) : names;
  if (asked.length === 0) {
    const near = nearest(wanted, names);
    throw new CutoverError("usage", `${systemName} has no mapping ${wanted}`, {
      remedy: `${near === null ? "" : `Did you mean \`${near}\`? `}It has: ${names.join(", ")}.`,
    });
  }
  const texts = asked.map((name) => ({ mapping: name, text: explainMapping(found, name) }));
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

/** Mappings of the shipped systems that are called that, after the name of their system. */
const mappingsCalled = (name: string): readonly string[] =>
  systemNames().flatMap((system) => {
    const loaded = loadNamed(system, null).system;
    const all = [...(loaded?.inbound ?? []), ...(loaded?.outbound ?? [])].map((m) => m.name);
    return [...new Set(all)].filter((mapping) => mapping === `${system}/${name}`);
  });

function loadOrFail(name: string) {
  const { system, problems } = loadNamed(name, null);
  const called = system === null ? mappingsCalled(name) : [];
  if (called.length > 0) {
    throw new CutoverError("usage", `${name} is no system, and a mapping has its system's name before it`, {
      remedy: `There is: ${called.join(", ")}.`,
    });
  }
  if (system === null)
    throw new CutoverError("mapping-invalid", `the system ${name} cannot be loaded`, { problems });
  return system;
}
