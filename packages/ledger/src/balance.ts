import {
  CutoverError,
  emptyBalance,
  entityNames,
  isBalanced,
  type Balance,
  type Disposition,
  type EntityName,
} from "@cutover/model";
import type { Ledger } from "./ledger.js";

/** Records that are counted at a time: to group all of them at once takes twice as long. */
const countedAtOnce = 1000;

/**
 * The books by entity, in loading order; entities nothing was read of are left out. What the view `balance` tells,
 * sooner.
 */
export function balances({ db }: Ledger): ReadonlyMap<EntityName, Balance> {
  const entityOf = new Map(
    db.prepare("SELECT id, entity FROM mapping").raw().all() as (readonly [number, EntityName])[],
  );
  const count = db
    .prepare(
      `SELECT mapping, disposition, COUNT(*) FROM record WHERE id BETWEEN ? AND ? AND gone IS NULL
       GROUP BY mapping, disposition`,
    )
    .raw();
  const books = new Map<EntityName, ReturnType<typeof emptyBalance>>();
  const last = db.prepare("SELECT max(id) FROM record").pluck().get() as number | null;
  for (let from = 1; from <= (last ?? 0); from += countedAtOnce) {
    const counts = count.all(from, from + countedAtOnce - 1) as [number, Disposition | null, number][];
    for (const [mapping, disposition, records] of counts) {
      const entity = entityOf.get(mapping)!;
      const balance = books.get(entity) ?? emptyBalance();
      books.set(entity, balance);
      balance.read += records;
      if (disposition !== null) balance[disposition] += records;
    }
  }
  return new Map(
    entityNames.flatMap((entity) => {
      const balance = books.get(entity);
      return balance === undefined ? [] : [[entity, balance] as const];
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
