import { expect, it } from "vitest";
import { badRows, seedOf } from "./variants/bad-rows.js";
import { full, fullExportDisk, fullReportDisk } from "./variants/full-disk.js";
import { timeLimits } from "./variants/limits.js";
import { deadlocking, lockWaiting } from "./variants/locks.js";
import { liars } from "./variants/liars.js";
import { readOnlyTarget } from "./variants/read-only-file.js";
import { twoAtOnce, twoLedgers } from "./variants/two-at-once.js";
import { Untried, type Variant } from "./variant.js";

/** A trial of a variant; what this machine does not let anybody try is said. */
async function trial(variant: Variant, seed: number): Promise<readonly string[]> {
  try {
    return (await variant.run({ seed, deadline: 0, log: () => undefined })).findings;
  } catch (thrown) {
    if (!(thrown instanceof Untried)) throw thrown;
    process.stderr.write(`${variant.name} is not tried: ${thrown.message}\n`);
    return [];
  } finally {
    await variant.close?.();
  }
}

it.each([
  ["rows that a constraint of MariaDB refuses are found, they alone", badRows, seedOf("check", "mariadb")],
  [
    "rows that a trigger of PostgreSQL refuses are found, they alone",
    badRows,
    seedOf("trigger", "postgresql"),
  ],
  [
    "rows that PostgreSQL's encoding cannot spell are found, they alone",
    badRows,
    seedOf("encoding", "postgresql"),
  ],
  ["a ledger whose disk runs full ends clearly, and goes on", full, 0],
  ["a target whose disk runs full ends clearly, and goes on", full, 1],
  ["an export whose disk runs full ends clearly, and goes on", fullExportDisk, 1],
  ["a report whose disk runs full ends clearly, and is made again", fullReportDisk, 0],
  ["a target whose folder is closed for writing ends clearly, and goes on", readOnlyTarget, 0],
  ["locks that others hold for a while are waited for", lockWaiting, 0],
  ["deadlocks are tried again until they are none", deadlocking, 0],
  ["a server's limits for short transactions are not for us", timeLimits, 0],
  ["a trigger that drops rows behind our back is found", liars, 2],
  ["a second run is refused and told who holds the ledger; a stale lock is known", twoAtOnce, 0],
  ["two ledgers take turns at one target", twoLedgers, 0],
] as const)(
  "%s",
  async (_what, variant, seed) => {
    expect(await trial(variant, seed)).toEqual([]);
  },
  180_000,
);
