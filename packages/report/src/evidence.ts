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
  readonly entities: readonly EntityOf[];
  readonly reasons: readonly ReasonOf[];
  readonly totals: readonly TotalOf[];
  readonly differences: readonly DifferenceOf[];
  readonly flags: readonly FlagOf[];
  readonly fidelity: readonly FidelityOf[];
  readonly conditions: readonly ConditionOf[];
  /** Every record that needs a look; as many as the page can hold, the rest in the CSV and XLSX. */
  readonly exceptions: readonly ExceptionOf[];
  readonly exceptionCount: number;
  readonly records: RecordIndex;
  readonly seal: SealOf;
}

export interface VerdictOf {
  readonly outcome: "match" | "mismatch" | "not reconciled";
  readonly balanced: boolean;
  /** The verdict in a sentence, for someone who reads nothing else. */
  readonly sentence: string;
}

export interface RunOf {
  readonly id: number;
  readonly kind: RunKind;
  readonly state: string;
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

export interface EntityOf {
  readonly entity: EntityName;
  readonly balance: Balance;
  readonly reconciled: Readonly<Record<"source" | "target" | Verdict, number>> | null;
}

/** How many records a rule excluded, merged or flagged, and why the rule exists. */
export interface ReasonOf {
  readonly entity: EntityName;
  readonly disposition: Disposition;
  readonly reason: string;
  readonly because: string | null;
  readonly count: number;
}

/**
 * A control total. Values are text as the databases gave them. `ties` says whether the raw source agrees with
 * the ledger and the raw target with what was there before plus what the ledger says was loaded; null where there is nothing to compare.
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
  readonly ties: boolean | null;
}

export interface DifferenceOf {
  readonly entity: EntityName;
  readonly verdict: Verdict;
  readonly field: string | null;
  readonly rule: string | null;
  readonly count: number;
}

export interface FlagOf {
  readonly code: string;
  readonly severity: "flag" | "warning";
  readonly entity: EntityName;
  readonly meaning: string;
  readonly remedy: string;
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
  readonly kind: "flagged" | "warning" | "different" | "missing" | "unexpected";
  readonly entity: EntityName;
  readonly mapping: string | null;
  readonly key: string | null;
  /** Line or record number in the extract. */
  readonly at: number | null;
  readonly targetKey: string | null;
  readonly code: string | null;
  readonly field: string | null;
  readonly note: string | null;
  readonly source: string | null;
  readonly target: string | null;
}

/** Every record's end, for the page's search; `rows` is empty where there are too many, then `records.csv` has them. */
export interface RecordIndex {
  readonly count: number;
  /** [entity, mapping, key, what it is, disposition, reason, target key] */
  readonly rows: readonly (readonly [string, string, string, string, string, string, string])[];
}

/** What makes the report verifiable: recompute these from the ledger and they agree. */
export interface SealOf {
  readonly plan: string;
  readonly definition: string;
  readonly staged: string;
  readonly target: string;
  readonly events: number;
  readonly head: string;
}

/** What the report cannot know from the ledger: it is declared in the systems' definitions. */
export interface Declared {
  readonly migration: string;
  readonly tool: string;
  readonly sides: readonly SideOf[];
  readonly fidelity: readonly FidelityOf[];
  /** Sentences of excluding and merging rules by name. */
  readonly because: ReadonlyMap<string, string>;
  readonly conditions: readonly ConditionOf[];
}
