import { refreshTarget, type HeldRows } from "@cutover/intake";
import { currentExtraction, type Ledger } from "@cutover/ledger";
import { entityNames } from "@cutover/model";
import { forgetPlanned } from "../match/target.js";
import { progressOf, type OnProgress, type Target } from "../target.js";
import { Affected } from "./affected.js";
import { lastPlan, type DeltaBase } from "./seal.js";

/** What the target held when it was found to be as it should be. */
export interface ReconciledBase extends Required<DeltaBase> {
  readonly held: HeldRows;
}

/**
 * The last reconciliation of a run, where it found everything to be as it should be and nothing happened since
 * that it knows nothing of; null otherwise. If the target still holds what it held then, a plan need not look
 * at it record by record: that has been done.
 */
export function reconciledBase(ledger: Ledger, { run }: DeltaBase): ReconciledBase | null {
  const last = ledger.db
    .prepare(
      `SELECT id, held FROM reconciliation
       WHERE id = (SELECT max(id) FROM reconciliation) AND run = @run AND verdict = 'match' AND held IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM run WHERE id > @run)
         AND NOT EXISTS (SELECT 1 FROM decision WHERE at >= (
           SELECT p.createdAt FROM plan p JOIN run r ON r.plan = p.id WHERE r.id = @run))`,
    )
    .get({ run }) as { readonly id: number; readonly held: string } | undefined;
  if (last === undefined) return null;
  return { run, reconciliation: last.id, held: JSON.parse(last.held) as HeldRows };
}

/**
 * Notes of what is nobody's counterpart what the reconciliation found of it: with the counterparts of the
 * records this is all that the target holds.
 */
function noteStrangers({ db }: Ledger): void {
  for (const entity of entityNames) {
    db.exec(`
      DELETE FROM "before_${entity}" WHERE key NOT IN (SELECT key FROM "after_${entity}")
        AND key NOT IN (SELECT r.targetKey FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
          WHERE r.targetKey IS NOT NULL);
      INSERT OR REPLACE INTO "before_${entity}" SELECT * FROM "after_${entity}"`);
  }
}

/** Why there can be no delta, in a sentence, or what it builds on. Asked before the sources are read again. */
export function deltaBase(
  ledger: Ledger,
  { definition, tool }: { readonly definition: string; readonly tool: string },
): DeltaBase | string {
  const run = ledger.db
    .prepare(
      `SELECT r.id, p.definition, p.tool FROM run r JOIN plan p ON p.id = r.plan
       WHERE r.state = 'finished' AND NOT EXISTS (SELECT 1 FROM batch b WHERE b.run = r.id AND b.state = 'undone')
       ORDER BY r.id DESC LIMIT 1`,
    )
    .get() as { readonly id: number; readonly definition: string; readonly tool: string } | undefined;
  if (run === undefined) return "no run is finished that it could build on";
  const plan = lastPlan(ledger);
  // Also where what was changed was put back: a plan in between said of every record which mapping takes it.
  if (run.definition !== definition || plan?.definition !== definition) {
    return "a mapping, a system's definition or a policy was changed";
  }
  if (run.tool !== tool) return "another version of Cutover made the last run's plan";
  if (plan.extraction !== currentExtraction(ledger)) {
    return "the last plan was stopped before it was sealed";
  }
  return { run: run.id };
}

export interface DeltaWork {
  readonly base: DeltaBase;
  readonly ledger: Ledger;
  readonly target: Target;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: OnProgress | undefined;
}

/**
 * Finds what a delta has to plan, and reads anew what the target holds of it: of everything else, what the
 * last plans saw stays known. Run it when the sources are matched. Who lost their name in the target takes
 * along who refers to them.
 */
export async function settleUnaffected(work: DeltaWork): Promise<void> {
  const { base, ledger, target, signal, onProgress } = work;
  if (base.reconciliation !== undefined) ledger.transaction(() => noteStrangers(ledger));
  const affected = new Affected(ledger, target);
  ledger.transaction(() => affected.begin());
  for (let round = 1; ; round += 1) {
    const renamed: number[] = [];
    for (const entity of entityNames) {
      const keys = affected.keysOf(entity, round);
      if (keys.size === 0) continue;
      const report = progressOf("match", entity, keys.size, onProgress);
      const onRead = ({ read }: { readonly read: number }): void => report(read);
      await refreshTarget(ledger, target.side, "before", entity, keys, { signal, onProgress: onRead });
      renamed.push(...ledger.transaction(() => forgetPlanned(ledger, entity, true)));
    }
    if (renamed.length === 0 || !ledger.transaction(() => affected.follow(renamed, round + 1))) break;
  }
  ledger.transaction(() => affected.settleOthers());
}
