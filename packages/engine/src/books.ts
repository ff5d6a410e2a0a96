import { balances, type Ledger } from "@cutover/ledger";
import { isBalanced, type Balance, type EntityName, type RunKind } from "@cutover/model";

/** A run and its books as one JSON document. */
export interface RunJson {
  readonly run: number;
  readonly kind: RunKind;
  readonly balanced: boolean;
  readonly entities: Readonly<Partial<Record<EntityName, Balance>>>;
}

export function runJson(
  ledger: Ledger,
  run: { readonly id: number; readonly kind: RunKind },
  books: ReadonlyMap<EntityName, Balance> = balances(ledger),
): RunJson {
  return {
    run: run.id,
    kind: run.kind,
    balanced: [...books.values()].every(isBalanced),
    entities: Object.fromEntries(books),
  };
}
