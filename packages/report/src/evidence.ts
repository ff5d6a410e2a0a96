import type { Balance, Disposition, EntityName, Fidelity, RunKind, Verdict } from "@cutover/model";

/**
 * All that a report says, as one JSON document (`evidence.schema.json`). The page, the exception lists
 * and whatever an auditor builds later are views of it. Instants are ISO 8601 in UTC.
 */
export interface Evidence {
  readonly format: "cutover-evidence/1";
  readonly migration: string;
  readonly tool: string;
  readonly writtenAt: string;
  readonly verdict: VerdictOf;
  readonly run: RunOf;
  readonly sides: readonly SideOf[];
  readonly extracts: readonly ExtractOf[];
  readonly entities: readonly EntityOf[];
  readonly others: readonly OthersOf[];
  readonly reasons: readonly ReasonOf[];
  readonly totals: readonly TotalOf[];
  readonly differences: readonly DifferenceOf[];
  readonly waiting: WaitingOf;
  readonly flags: readonly FlagOf[];
  readonly decisions: readonly DecisionOf[];
  readonly fidelity: readonly FidelityOf[];
  readonly conditions: readonly ConditionOf[];
  /** Every record that needs a look; as many as the page can hold, the rest in the CSV and XLSX. */
  readonly exceptions: readonly ExceptionOf[];
  readonly exceptionCount: number;
  /** How many records were read; each with its end is in `records.csv`. */
  readonly recordCount: number;
  /** The files beside this one. */
  readonly files: readonly FileOf[];
  readonly seal: SealOf;
}

export interface VerdictOf {
  readonly outcome: "match" | "mismatch" | "not reconciled";
  readonly balanced: boolean;
  /** The verdict in a sentence, for someone who reads nothing else. */
  readonly sentence: string;
  /** What has to be known beside it: what waits for a person, whether the run was taken back. */
  readonly remarks: readonly string[];
}

export interface RunOf {
  readonly id: number;
  readonly kind: RunKind;
  readonly state: string;
  readonly plannedAt: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly reconciledAt: string | null;
  readonly scope: string;
  readonly approvals: readonly {
    readonly answer: "yes" | "no";
    readonly by: string;
    readonly at: string;
    readonly because: string | null;
  }[];
}

export interface SideOf {
  readonly name: string;
  readonly role: "source" | "target";
  readonly system: string;
  readonly title: string;
}

/** How many rows a side had by its own count, and how many a mapping was given. */
export interface ExtractOf {
  readonly side: string;
  readonly moment: "source" | "before" | "after";
  readonly entity: EntityName;
  readonly mapping: string;
  readonly counted: number;
  readonly read: number;
}

export interface EntityOf {
  readonly entity: EntityName;
  readonly balance: Balance;
  readonly reconciled: Readonly<Record<"source" | "target" | Verdict, number>> | null;
}

/** Why the target counts more or fewer records of an entity than were loaded, though nothing is amiss. */
export interface OthersOf {
  readonly entity: EntityName;
  readonly what: "there before" | "held back" | "shared";
  readonly records: number;
  readonly sentence: string;
}

/** How many records a rule excluded or merged, and why the rule exists. */
export interface ReasonOf {
  readonly entity: EntityName;
  readonly disposition: Disposition;
  readonly reason: string;
  readonly because: string | null;
  readonly count: number;
}

/** How two figures that should be the same stand; null where there are none to compare. */
export type Tie = "ties" | "differs" | "not comparable" | null;

/**
 * A control total. Values are text as the databases gave them. `atSource` says whether the raw source agrees
 * with the ledger, `atTarget` whether the raw target does with what was there before plus what the ledger says
 * was loaded; `ties` is true only where all there is to compare agrees.
 */
export interface TotalOf {
  readonly entity: EntityName;
  readonly measure: string;
  readonly grouping: Readonly<Record<string, string>>;
  readonly source: string | null;
  readonly ledger: string | null;
  readonly before: string | null;
  readonly expected: string | null;
  readonly after: string | null;
  readonly atSource: Tie;
  readonly atTarget: Tie;
  readonly ties: boolean | null;
}

export interface DifferenceOf {
  readonly entity: EntityName;
  readonly verdict: Verdict;
  readonly field: string | null;
  /** In a sentence, what the mapping did, with the place that declares it; null where no rule explains it. */
  readonly rule: string | null;
  readonly count: number;
  /** Of a field with a fixed vocabulary: which word became which, the most frequent first. */
  readonly pairs: readonly {
    readonly source: string | null;
    readonly target: string | null;
    readonly count: number;
  }[];
}

/**
 * Records that were held back: those with a problem of their own, those that only wait for another record,
 * and those decided since, which the next plan takes along.
 */
export interface WaitingOf {
  readonly records: number;
  readonly own: number;
  readonly dependent: number;
  readonly decided: number;
}

export interface FlagOf {
  readonly code: string;
  readonly severity: "flag" | "warning";
  readonly entity: EntityName;
  readonly meaning: string;
  readonly remedy: string;
  /** Records that have it. */
  readonly count: number;
  /** Of these, records that still wait for a person because of it; a warning lets nobody wait. */
  readonly waiting: number;
}

/** What persons decided: alike decisions of one person together. */
export interface DecisionOf {
  readonly code: string;
  readonly action: string;
  readonly entity: EntityName;
  readonly field: string | null;
  readonly by: string;
  readonly because: string;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly count: number;
}

export interface FidelityOf {
  readonly mapping: string;
  readonly entity: EntityName;
  readonly field: string;
  readonly fidelity: Fidelity;
  readonly column: string | null;
  readonly because: string | null;
}

export interface ConditionOf {
  readonly moment: "before" | "after";
  readonly name: string;
  readonly because: string;
  readonly outcome: "holds" | "fails" | "to be signed";
  readonly manual: string | null;
}

export interface ExceptionOf {
  /** `settled`: a flag that nobody waits for any more, because it was decided or the record was left out by a rule. */
  readonly kind: "missing" | "different" | "unexpected" | "flagged" | "settled" | "warning";
  readonly entity: EntityName;
  readonly code: string | null;
  readonly mapping: string | null;
  /** Key in the source. */
  readonly key: string | null;
  /** The file it was read from; null where the source is no file. */
  readonly file: string | null;
  /** Its line or row in the file, or its number in the extract. */
  readonly at: number | null;
  /** The record in a few words. */
  readonly what: string | null;
  readonly field: string | null;
  readonly source: string | null;
  /** What the target had to hold: the source's value after the losses the mapping declares. */
  readonly expected: string | null;
  readonly target: string | null;
  readonly targetKey: string | null;
  readonly note: string | null;
  /** How it was settled, by whom and why. */
  readonly settled: string | null;
}

/** A file of the report, for whoever wants to know that it is still the one that was written. */
export interface FileOf {
  readonly name: string;
  readonly holds: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** What makes the report verifiable: recompute these from the ledger and they agree. */
export interface SealOf {
  readonly plan: string;
  readonly definition: string;
  readonly staged: string;
  readonly target: string;
  readonly events: number;
  readonly head: string;
  /** Whether every entry of the chain carried the digest of the one before, when this was written. */
  readonly intact: boolean;
}

/** What the report cannot know from the ledger's tables: the systems' definitions declare it. */
export interface Declared {
  readonly migration: string;
  readonly tool: string;
  readonly sides: readonly SideOf[];
  readonly fidelity: readonly FidelityOf[];
  /** Sentences of excluding and merging rules by `<entity>/<rule>`, and by the rule's name alone. */
  readonly because: ReadonlyMap<string, string>;
  readonly conditions: readonly ConditionOf[];
}
