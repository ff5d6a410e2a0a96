import { CutoverError } from "@cutover/model";
import type { Database, Statement } from "better-sqlite3";
import {
  appendEvent,
  chainHead,
  verifyChain,
  type ChainCheck,
  type ChainHead,
  type LedgerEvent,
} from "./chain.js";
import { ledgerFailure } from "./failure.js";
import type { Hold, Holder } from "./holder.js";

/**
 * The migration's memory: one SQLite file. `db` is open to everybody who writes or reads its tables;
 * what several packages do alike has a function of its own beside this class.
 */
export class Ledger {
  readonly db: Database;
  readonly path: string;
  readonly readonly: boolean;
  readonly #hold: Hold | null;
  readonly #statements = new Map<string, Statement>();

  constructor(db: Database, path: string, hold: Hold | null) {
    this.db = db;
    this.path = path;
    this.readonly = db.readonly;
    this.#hold = hold;
  }

  /** The holder that died without letting go, if there was one when this ledger was opened. */
  get staleHolder(): Holder | null {
    return this.#hold?.stale ?? null;
  }

  /**
   * A statement that is run again and again from places that cannot keep it, prepared once. It keeps the
   * way its rows are given (`raw`, `pluck`) too: ask for the same text in one way only.
   */
  prepared(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) this.#statements.set(sql, (statement = this.db.prepare(sql)));
    return statement;
  }

  /** Runs `work` whole or not at all; inside another transaction, as a part of it. */
  transaction<T>(work: () => T): T {
    try {
      return this.db.transaction(work).immediate();
    } catch (cause) {
      throw ledgerFailure(cause, this.path);
    }
  }

  /** Adds an entry to the chain. */
  append(kind: string, body: unknown, run: number | null = null): LedgerEvent {
    return this.transaction(() => appendEvent(this.db, kind, body, run));
  }

  /** The chain's last entry: what reports and approvals print. */
  head(): ChainHead {
    return chainHead(this.db);
  }

  verifyChain(): ChainCheck {
    return verifyChain(this.db);
  }

  /** Reads the whole file once more, as SQLite would after a crash of the machine. Slow on large ledgers. */
  checkIntegrity(): void {
    const [first] = this.db.pragma("integrity_check(1)") as { integrity_check: string }[];
    if (first?.integrity_check === "ok") return;
    throw new CutoverError("ledger-unusable", `the ledger ${this.path} is damaged`, {
      remedy: "Restore it from a copy.",
      problems: [{ message: first?.integrity_check ?? "no answer" }],
    });
  }

  close(): void {
    if (!this.db.open) return;
    this.#hold?.release();
    this.db.close();
  }
}
