import { registerMapping, registerSide as registerInLedger, type Ledger } from "@cutover/ledger";
import type { System } from "@cutover/mapping";
import type { Extractor } from "@cutover/model";

/** A system taking part in a migration, as the middle of the house knows it. */
export interface Side {
  readonly id: number;
  readonly name: string;
  readonly role: "source" | "target";
  readonly system: System;
  readonly extractor: Extractor;
  /** The ledger's ids of its inbound mappings, by name. */
  readonly inbound: ReadonlyMap<string, number>;
  /** The ledger's ids of its outbound mappings, by name. */
  readonly outbound: ReadonlyMap<string, number>;
}

/** Enters a system and its mappings in the ledger, or finds them there. */
export function registerSide(ledger: Ledger, side: Omit<Side, "id" | "inbound" | "outbound">): Side {
  return ledger.transaction(() => {
    const id = registerInLedger(ledger, { name: side.name, role: side.role, system: side.system.name });
    const register = (direction: "inbound" | "outbound") =>
      new Map(
        side.system[direction].map(({ name, entity }) => [
          name,
          registerMapping(ledger, { side: id, name, direction, entity }),
        ]),
      );
    return { ...side, id, inbound: register("inbound"), outbound: register("outbound") };
  });
}
