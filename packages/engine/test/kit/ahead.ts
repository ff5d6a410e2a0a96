import type { Ledger } from "@cutover/ledger";
import type { System } from "@cutover/mapping";
import { entityNames } from "@cutover/model";
import {
  draftPages,
  triedBy,
  Trials,
  tryRecords,
  type DraftAhead,
  type DraftedPage,
} from "../../src/index.js";

/** Pages that are drafted before somebody asks for them. */
const most = 3;

/** Drafts as another thread does: ahead of who asks, and handed over as plain data. */
export const draftingAhead = (ledger: Ledger, { outbound }: System): DraftAhead => ({
  fewest: 1,
  async *pages(pages) {
    const mapping = outbound.find(({ name }) => name === pages.mapping)!;
    const drafting = draftPages(ledger, mapping, pages);
    const drafted: (DraftedPage | undefined)[] = [];
    for (;;) {
      while (drafted.length < most) drafted.push(structuredClone(drafting.next().value ?? undefined));
      const page = drafted.shift();
      if (page === undefined) return;
      yield page;
    }
  },
});

/** Tries what can be tried as another thread does: as soon as it is staged, and handed over as plain data. */
export function tryingBeside(ledger: Ledger, { outbound }: System): Trials {
  const entities = entityNames.filter((entity) => triedBy(entity, outbound) !== null);
  return new Trials(ledger, entities, async (entity) =>
    structuredClone(tryRecords(ledger, entity, triedBy(entity, outbound)!)),
  );
}
