import { createHash } from "node:crypto";
import { canonicalJson } from "@cutover/model";
import type { Database } from "better-sqlite3";

/** One entry of the append-only chain. */
export interface LedgerEvent {
  readonly seq: number;
  readonly at: string;
  readonly kind: string;
  readonly run: number | null;
  /** Canonical JSON. */
  readonly body: string;
  readonly previous: string;
  /** SHA-256 (hex) over `previous` and the entry, see `eventDigest`. */
  readonly digest: string;
}

export interface ChainHead {
  readonly seq: number;
  readonly digest: string;
}

/** What verifying found: `brokenAt` is the first entry that is not what it was when it was written. */
export interface ChainCheck {
  readonly entries: number;
  readonly head: ChainHead;
  readonly brokenAt: number | null;
  readonly because: string | null;
}

/** What the first entry has for a predecessor. */
export const genesis = "0".repeat(64);

/** SHA-256 (hex) over the digest before, a line feed, and the entry as canonical JSON. */
export const eventDigest = (event: Omit<LedgerEvent, "digest">): string =>
  createHash("sha256")
    .update(event.previous)
    .update("\n")
    .update(
      canonicalJson({ seq: event.seq, at: event.at, kind: event.kind, run: event.run, body: event.body }),
    )
    .digest("hex");

/** The last entry; seq 0 and the genesis digest while there is none. */
export function chainHead(db: Database): ChainHead {
  const last = db.prepare("SELECT seq, digest FROM event ORDER BY seq DESC LIMIT 1").get();
  return (last as ChainHead | undefined) ?? { seq: 0, digest: genesis };
}

/** Adds an entry. In a transaction with what it tells, it stands or falls with that. */
export function appendEvent(
  db: Database,
  kind: string,
  body: unknown,
  run: number | null = null,
  at: string = new Date().toISOString(),
): LedgerEvent {
  const head = chainHead(db);
  const entry = {
    seq: head.seq + 1,
    at,
    kind,
    run,
    body: canonicalJson(body),
    previous: head.digest,
  };
  const event = { ...entry, digest: eventDigest(entry) };
  db.prepare(
    `INSERT INTO event (seq, at, kind, run, body, previous, digest)
     VALUES (@seq, @at, @kind, @run, @body, @previous, @digest)`,
  ).run(event);
  return event;
}

/** Recomputes the chain from its first entry. */
export function verifyEvents(events: Iterable<LedgerEvent>): ChainCheck {
  let head: ChainHead = { seq: 0, digest: genesis };
  let entries = 0;
  for (const event of events) {
    const because =
      event.seq !== head.seq + 1
        ? "an entry is missing before it"
        : event.previous !== head.digest
          ? "it does not follow the entry before it"
          : eventDigest(event) !== event.digest
            ? "its content is not what its digest was made of"
            : null;
    if (because !== null) return { entries, head, brokenAt: event.seq, because };
    head = { seq: event.seq, digest: event.digest };
    entries += 1;
  }
  return { entries, head, brokenAt: null, because: null };
}

/** Recomputes the chain of a ledger. */
export const verifyChain = (db: Database): ChainCheck =>
  verifyEvents(
    db
      .prepare("SELECT seq, at, kind, run, body, previous, digest FROM event ORDER BY seq")
      .iterate() as Iterable<LedgerEvent>,
  );
