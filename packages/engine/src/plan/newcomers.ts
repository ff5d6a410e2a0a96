import type { OutgoingPage } from "@cutover/intake";
import { eachStretch, type Ledger } from "@cutover/ledger";
import type { Outgoing, OutgoingColumns } from "@cutover/mapping";
import type { EntityName } from "@cutover/model";
import type { Outbound } from "../target.js";
import type { mappingChooser } from "./choose.js";
import { referredTo, type PlannedKeys } from "./planned-keys.js";

export interface NewcomerDecider {
  /** Canonical fields that have to be filled. */
  readonly reads: ReadonlySet<string>;
  /**
   * Enters `created` for the records of a page with which nothing is wrong, and leaves the others open.
   * Returns how many it is done with. Call it inside a transaction.
   */
  decide(page: OutgoingPage): number;
}

/** Records of which an outbound mapping is to tell whether the target would take them. */
interface Asked {
  readonly outbound: Outbound;
  readonly ids: readonly number[];
  /** Marks those that have to be looked at one by one. */
  readonly marks: Uint8Array;
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
  keys: PlannedKeys,
  choose: ReturnType<typeof mappingChooser>,
): NewcomerDecider | null {
  const ways = mappings.map(({ mapping }) => mapping.plain);
  if (referredTo.has(entity) || !ways.every((way) => way !== null)) return null;
  const enter = ledger.db.prepare(
    "UPDATE record SET disposition = 'created', reason = NULL, outbound = ? WHERE id BETWEEN ? AND ?",
  );
  const [first] = mappings;
  const askAll = (outbound: Outbound, page: OutgoingPage): Asked => {
    const lost = new Uint8Array(page.length);
    const marks = outbound.mapping.plain!.trial(keys.resolveAll(entity, page, lost));
    lost.forEach((isLost, place) => (marks[place]! |= isLost));
    return { outbound, ids: page.ids, marks };
  };
  /** Enters what each record comes to, and tells of those that go on. */
  const askChosen = (page: OutgoingPage): readonly Asked[] => {
    const chosen = new Map<Outbound, { readonly ids: number[]; readonly outs: Outgoing[] }>(
      mappings.map((outbound) => [outbound, { ids: [], outs: [] }]),
    );
    for (const record of page.records()) {
      const choice = choose(record);
      if (choice === null) continue;
      const { ids, outs } = chosen.get(choice.outbound)!;
      ids.push(record.id);
      outs.push(choice.out);
    }
    return [...chosen].map(([outbound, { ids, outs }]) => ({
      outbound,
      ids,
      marks: outbound.mapping.plain!.trial(columnsOf(outs)),
    }));
  };
  return {
    reads: new Set(ways.flatMap((way) => [...way.reads])),
    decide: (page) => {
      const asked = first?.mapping.takesAll === true ? [askAll(first, page)] : askChosen(page);
      let open = 0;
      for (const { outbound, ids, marks } of asked) {
        const fine = ids.filter((_, place) => marks[place] === 0);
        eachStretch(fine, (from, to) => enter.run(outbound.id, from, to));
        open += ids.length - fine.length;
      }
      return page.length - open;
    },
  };
}

const columnsOf = (outs: readonly Outgoing[]): OutgoingColumns => ({
  length: outs.length,
  values: (field) => outs.map(({ record }) => record[field] ?? null),
  targetKeys: (field) => outs.map(({ targetKeys }) => targetKeys[field] ?? null),
  out: (place) => outs[place]!,
});
