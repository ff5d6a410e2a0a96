/** The one end of a source record (law 1). */
export const dispositions = ["created", "updated", "unchanged", "merged", "excluded", "flagged"] as const;

export type Disposition = (typeof dispositions)[number];

/** The books of one entity: `read` is the sum of the six dispositions, or they don't balance. */
export type Balance = Readonly<Record<"read" | Disposition, number>>;

export const emptyBalance = (): Record<"read" | Disposition, number> => ({
  read: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  merged: 0,
  excluded: 0,
  flagged: 0,
});

export const isBalanced = (b: Balance): boolean =>
  b.read === b.created + b.updated + b.unchanged + b.merged + b.excluded + b.flagged;

/** How a loaded record compares with what was read back from the target. */
export const verdicts = ["equal", "explained", "different", "missing", "unexpected"] as const;

export type Verdict = (typeof verdicts)[number];

/** What a target does with a canonical field. */
export type Fidelity = "kept" | "overwritten" | "no slot";

export type RunKind = "rehearsal" | "production";
