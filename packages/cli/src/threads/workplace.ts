import { openLedger, type Ledger } from "@cutover/ledger";
import type { LoadedSystem } from "@cutover/mapping";
import type { TargetWorkspace } from "../migration/workspace.js";
import { loadTarget, type MovedTarget } from "../migration/systems.js";

/** What a thread is started with that works with the ledger and the target's mappings. */
export interface WorkplaceTask {
  readonly migration: MovedTarget;
  /** The ledger's file. */
  readonly ledger: string;
  /** Of the target's definition: what is done by another one was not approved, and would prove nothing. */
  readonly digest: string;
}

/** What it works with there. */
export interface Workplace {
  readonly file: string;
  readonly ledger: Ledger;
  readonly system: LoadedSystem;
}

export function workplaceTask({
  migration: { target, folder, entities },
  systems,
  ledger,
}: Pick<TargetWorkspace, "migration" | "systems" | "ledger">): WorkplaceTask {
  return {
    migration: { target, folder, entities },
    ledger: ledger.path,
    digest: systems.target.digest,
  };
}

/** @throws CutoverError mapping-invalid, and what opening a ledger throws */
export function openWorkplace({ migration, ledger: file, digest }: WorkplaceTask): Workplace {
  const system = loadTarget(migration, digest);
  const ledger = openLedger(file, { readonly: true });
  // It is read from its beginning to its end: what was read is not asked for again.
  ledger.db.pragma("cache_size = -4096");
  return { file, ledger, system };
}
