import type { Target } from "./support/target.js";

/** Everything that reads what others wrote. */
export const targets = {
  csv: async () => (await import("./csv.js")).csv,
  ndjson: async () => (await import("./ndjson.js")).ndjson,
  xlsx: async () => (await import("./xlsx.js")).xlsx,
} satisfies Readonly<Record<string, () => Promise<Target<unknown>>>>;

export type TargetName = keyof typeof targets;

export const targetNames = Object.keys(targets) as readonly TargetName[];
