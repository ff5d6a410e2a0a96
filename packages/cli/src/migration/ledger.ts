import { existsSync } from "node:fs";
import path from "node:path";
import { ledgerFailure, openLedger, type Ledger } from "@cutover/ledger";
import type { Migration } from "./read.js";

const ledgerPath = (migration: Migration): string => path.join(migration.folder, ".cutover", "ledger.db");

/** Whether the migration has a ledger. */
export const hasLedger = (migration: Migration): boolean => existsSync(ledgerPath(migration));

/** Opens the migration's ledger for the length of `work`. */
export async function withLedger<T>(
  migration: Migration,
  options: { readonly write: boolean; readonly command: string },
  work: (ledger: Ledger) => Promise<T> | T,
): Promise<T> {
  const ledger = openLedger(ledgerPath(migration), {
    create: options.write,
    readonly: !options.write,
    command: options.command,
  });
  try {
    return await work(ledger);
  } catch (cause) {
    // A disk can be full at any statement, within a transaction or not.
    throw ledgerFailure(cause, ledger.path);
  } finally {
    ledger.close();
  }
}
