/** "CutO": a number of our own among the locks that programs agree on. */
const key = 0x4375744f;

/**
 * Begins a transaction. A server that lost sight of us ends it after a minute in which nothing came: until
 * then its locks, and the doubt about it, stand in the way of going on.
 */
export const beginBriefly = [
  // Not READ WRITE: who closed the database for writing by its defaults meant us too.
  "BEGIN",
  "SET LOCAL idle_in_transaction_session_timeout = '60s'",
].join("; ");

/** Begins a transaction that others can wait for. */
export const beginWriting = `${beginBriefly}; SELECT pg_advisory_xact_lock_shared(${key})`;

/** Waits for every transaction that was begun so: a plain read would not see what is not committed yet. */
export const awaitWriters = `SELECT pg_advisory_xact_lock(${key})`;

/** Claims the database for this connection, whatever transactions it has. */
export const claim = `SELECT pg_try_advisory_lock(${key}, 1) AS claimed`;
