/** What one trial is given. */
export interface Trial {
  /** Everything random in a trial comes from here: the same seed, the same trial. */
  readonly seed: number;
  /** When the variant's share of the budget ends, in milliseconds since 1970; a trial that repeats something stops here. */
  readonly deadline: number;
  /** Says something on the way; shown when it is asked for or when something was found. */
  readonly log: (text: string) => void;
}

/** What a trial did. */
export interface Tried {
  /** How many times it did what the variant does: runs killed, inputs read. */
  readonly count: number;
  /** What went wrong, a sentence each; none is good. */
  readonly findings: readonly string[];
}

/** One way to make things hard. The runner tries it with one seed after another until its share of the budget is used. */
export interface Variant {
  readonly name: string;
  /** What `count` counts. */
  readonly counts: string;
  /** What no trial may take longer than, in seconds; by default 180. */
  readonly limit?: number;
  run(trial: Trial): Promise<Tried>;
  /** Clears away what trials share. */
  close?(): Promise<void>;
}

/** Why a variant cannot be tried on this machine: it is said out loud, and is no finding. */
export class Untried extends Error {
  override readonly name = "Untried";
}
