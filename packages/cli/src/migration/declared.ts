import { engineRules, type ConditionOutcome } from "@cutover/engine";
import type { ConditionOf, Declared, FidelityOf, SideOf } from "@cutover/report";
import type { Migration } from "./read.js";
import type { Systems } from "./systems.js";
import { targetName } from "./workspace.js";

export const toolVersion = "0.1.0";

const fidelityOf = (systems: Systems): readonly FidelityOf[] =>
  systems.target.outbound.flatMap(({ name, entity, fidelity }) =>
    [...fidelity].map(([field, f]) => ({ mapping: name, entity, field, ...f })),
  );

/** Why rules leave records out. Two mappings may have a rule of the same name and reasons of their own. */
export function becauseOf(systems: Systems): ReadonlyMap<string, string> {
  const rules = new Map<string, string>(Object.entries(engineRules));
  const add = (entity: string, rule: string, because: string): void => {
    rules.set(rule, because).set(`${entity}/${rule}`, because);
  };
  for (const system of [...systems.sources.map((s) => s.system), systems.target]) {
    for (const mapping of [...system.inbound, ...system.outbound]) {
      for (const [rule, because] of mapping.exclusions) add(mapping.entity, rule, because);
    }
    for (const { entity, cardinality } of system.outbound) {
      if (cardinality !== null) add(entity, cardinality.rule, cardinality.because);
    }
  }
  return rules;
}

/** What the report needs beside the ledger: what the definitions declare. */
export function declaredOf(
  migration: Migration,
  systems: Systems,
  conditions: readonly ConditionOutcome[],
): Declared {
  const sides: SideOf[] = [
    ...systems.sources.map(({ use, system }) => ({
      name: use.name,
      role: "source" as const,
      system: system.name,
      title: system.title,
    })),
    { name: targetName, role: "target", system: systems.target.name, title: systems.target.title },
  ];
  return {
    migration: migration.name,
    tool: toolVersion,
    sides,
    fidelity: fidelityOf(systems),
    because: becauseOf(systems),
    conditions: conditions.map(({ moment, name, because, outcome, manual }): ConditionOf => ({
      moment,
      name,
      because,
      outcome,
      manual,
    })),
  };
}
