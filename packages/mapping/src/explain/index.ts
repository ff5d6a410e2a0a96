import type { LoadedSystem } from "../load.js";
import { steps } from "../steps/index.js";
import { explainInbound } from "./inbound.js";
import { explainOutbound } from "./outbound.js";

/**
 * A mapping in plain sentences (Markdown), for the reviewer who does not program. Where a name is both an
 * inbound and an outbound mapping, both are told. Null where there is no mapping of that name.
 */
export function explainMapping({ definition }: LoadedSystem, name: string): string | null {
  const parts = [
    ...definition.inbound
      .filter((def) => def.name === name)
      .map((def) => explainInbound(def, definition, steps)),
    ...definition.outbound
      .filter((def) => def.name === name)
      .map((def) => explainOutbound(def, definition, steps)),
  ];
  return parts.length === 0 ? null : parts.join("\n");
}
