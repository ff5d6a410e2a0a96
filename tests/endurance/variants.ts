import { again } from "./variants/again.js";
import { liars } from "./variants/liars.js";
import { twoAtOnce, twoLedgers } from "./variants/two-at-once.js";
import { badRows } from "./variants/bad-rows.js";
import { full, fullExportDisk, fullReportDisk, fullThreadsDisk } from "./variants/full-disk.js";
import { readOnlyTarget } from "./variants/read-only-file.js";
import { serverTrouble } from "./variants/server-trouble.js";
import { deadlocking, lockWaiting } from "./variants/locks.js";
import { timeLimits } from "./variants/limits.js";
import { cutOff } from "./variants/cut-off.js";
import { hostileInput } from "./variants/hostile-input.js";
import { atCommits } from "./variants/kill-at-commits.js";
import { kill, killThreads } from "./variants/kill.js";
import type { Variant } from "./variant.js";

/** Everything `pnpm test:endurance` tries, each for its share of the budget. */
export const variants: readonly Variant[] = [
  kill,
  killThreads,
  atCommits,
  ...cutOff,
  lockWaiting,
  deadlocking,
  timeLimits,
  ...serverTrouble,
  readOnlyTarget,
  full,
  fullThreadsDisk,
  fullExportDisk,
  fullReportDisk,
  badRows,
  liars,
  again,
  twoAtOnce,
  twoLedgers,
  hostileInput,
];
