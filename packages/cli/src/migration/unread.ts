import { registerSide, type Side } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { CutoverError, type Extractor } from "@cutover/model";
import type { Systems } from "./systems.js";

/** Stands where a source must not be read again: whoever asks it finds out. */
function closedExtractor(name: string): Extractor {
  const refuse = (): never => {
    throw new CutoverError("internal", `the source ${name} is not read here`, { stage: "reconcile" });
  };
  return {
    medium: "none",
    capabilities: { snapshot: true, ordered: true },
    columns: refuse,
    read: refuse,
    count: refuse,
    query: refuse,
    close: async () => {},
  };
}

/** The sources as the ledger knows them, for work that needs none of their data. */
export const unreadSources = (ledger: Ledger, systems: Systems): readonly Side[] =>
  systems.sources.map(({ use, system }) =>
    registerSide(ledger, { name: use.name, role: "source", system, extractor: closedExtractor(use.name) }),
  );
