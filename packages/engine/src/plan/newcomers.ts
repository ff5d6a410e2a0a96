import type { LedRecord } from "@cutover/intake";
import { eachStretch, type Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import type { Outbound } from "../target.js";
import type { mappingChooser } from "./choose.js";
import { referredTo } from "./planned-keys.js";

export interface NewcomerDecider {
  /** Canonical fields that have to be filled. */
  readonly reads: ReadonlySet<string>;
  /**
   * Enters `created` for the records of a page with which nothing is wrong, and leaves the others open.
   * Returns how many it is done with. Call it inside a transaction.
   */
  decide(page: readonly LedRecord[]): number;
}

/**
 * Decides records that the target does not have: a load would create them, and all there is to know is
 * whether the target would take them. Null where the mappings tell that by computing rows alone, or where
 * others need to know what the records will be called.
 */
export function newcomerDecider(
  ledger: Ledger,
  entity: EntityName,
  mappings: readonly Outbound[],
  choose: ReturnType<typeof mappingChooser>,
): NewcomerDecider | null {
  const trials = mappings.map(({ mapping }) => mapping.trial);
  if (referredTo.has(entity) || !trials.every((trial) => trial !== null)) return null;
  const enter = ledger.db.prepare(
    "UPDATE record SET disposition = 'created', reason = NULL, outbound = ? WHERE id BETWEEN ? AND ?",
  );
  return {
    reads: new Set(trials.flatMap((trial) => [...trial.reads])),
    decide: (page) => {
      const fine = new Map<Outbound, number[]>(mappings.map((outbound) => [outbound, []]));
      let done = 0;
      for (const record of page) {
        const choice = choose(record);
        if (choice === null) done += 1;
        else if (choice.outbound.mapping.trial!.passes(choice.out))
          fine.get(choice.outbound)!.push(record.id);
      }
      for (const [outbound, ids] of fine) {
        eachStretch(ids, (first, last) => enter.run(outbound.id, first, last));
        done += ids.length;
      }
      return done;
    },
  };
}
