import {
  CutoverError,
  emptyBalance,
  entityNames,
  isBalanced,
  type Balance,
  type EntityName,
} from "@cutover/model";
import type { Ledger } from "./ledger.js";

/** The books by entity, in loading order; entities nothing was read of are left out. */
export function balances(ledger: Ledger): ReadonlyMap<EntityName, Balance> {
  const rows = ledger.db.prepare("SELECT * FROM balance").all() as (Balance & {
    readonly entity: EntityName;
  })[];
  return new Map(
    entityNames.flatMap((entity) => {
      const row = rows.find((r) => r.entity === entity);
      if (row === undefined) return [];
      const { entity: _, ...balance } = row;
      return [[entity, { ...emptyBalance(), ...balance }] as const];
    }),
  );
}

/** Whether any record of the last extraction needs a person. */
export const hasFlagged = (ledger: Ledger): boolean =>
  ledger.db
    .prepare(
      // The list is that of the index.
      `SELECT EXISTS (SELECT 1 FROM record
       WHERE disposition IN ('flagged', 'excluded') AND disposition = 'flagged'
         AND gone IS NULL)`,
    )
    .pluck()
    .get() === 1;

/** Law 1. @throws CutoverError `books-unbalanced`, naming each entity whose books don't close. */
export function closeBooks(ledger: Ledger): ReadonlyMap<EntityName, Balance> {
  const books = balances(ledger);
  const open = [...books].filter(([, balance]) => !isBalanced(balance));
  if (open.length === 0) return books;
  throw new CutoverError("books-unbalanced", "the books do not balance", {
    problems: open.map(([entity, b]) => {
      const ended = b.created + b.updated + b.unchanged + b.merged + b.excluded + b.flagged;
      return { message: `${entity}: ${b.read} read, ${ended} accounted for` };
    }),
    remedy: "Plan again. If it stays, this is a fault of Cutover: please report it.",
  });
}
