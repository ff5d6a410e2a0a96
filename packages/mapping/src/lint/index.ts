import type { Problem } from "@cutover/model";
import type { SystemDef } from "../definition.js";
import { lintColumns, lintInbound } from "./inbound.js";
import { Linter } from "./linter.js";
import { lintOutbound } from "./outbound.js";
import type { Steps } from "./usage.js";

export interface Linted {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** What a definition says that cannot be meant: names, coverage both ways, fidelity. Pipelines are the compiler's. */
export function lintSystem(system: SystemDef, steps: Steps): Linted {
  const lint = new Linter();
  for (const direction of ["inbound", "outbound"] as const) {
    const names = new Set<string>();
    for (const def of system[direction]) {
      if (names.has(def.name)) lint.problem(def.at, `there are two ${direction} mappings \`${def.name}\``);
      names.add(def.name);
    }
  }
  for (const def of system.inbound) lintInbound(def, steps, lint);
  for (const def of system.outbound) lintOutbound(def, steps, lint);
  lintColumns(system, steps, lint);
  lintSiblings(system, lint);
  return { problems: lint.problems, warnings: lint.warnings };
}

/** What mappings must say with regard to each other. */
function lintSiblings(system: SystemDef, lint: Linter): void {
  for (const def of system.outbound) {
    const others = system.outbound.filter((other) => other.entity === def.entity && other !== def);
    if (others.length > 0 && def.when === null) {
      const names = others.map(({ name }) => `\`${name}\``).join(", ");
      lint.problem(
        def.at,
        `\`${def.entity}\` is written by ${names} too: say with \`when\` which records are whose`,
      );
    }
    if (system.inbound.some((inbound) => inbound.entity === def.entity)) continue;
    lint.warning(def.at, `nothing reads \`${def.entity}\` back: what is written cannot be reconciled`);
  }
}
