import type { ColumnType, EntityName, IssueCode } from "@cutover/model";

/** What a source really holds: counts and shapes, never a person's value. */
export interface Profile {
  readonly at: string;
  readonly medium: string;
  /** Whether all extracts were seen in one state of the source. */
  readonly snapshot: boolean;
  readonly extracts: readonly ExtractProfile[];
  /** What the mappings make of it, where they were given. */
  readonly mappings: readonly MappingProfile[];
  readonly effort: Effort;
}

export interface ExtractProfile {
  readonly name: string;
  /** Records read, rejected ones included. */
  readonly rows: number;
  /** Records counted by a plain query or pass. */
  readonly counted: number;
  /** Files that hold no record. */
  readonly emptyFiles: readonly string[];
  readonly rejected: readonly Rejected[];
  /** Declared columns the source does not have, and its columns that are not declared. */
  readonly missingColumns: readonly string[];
  readonly otherColumns: readonly string[];
  readonly key: KeyProfile | null;
  readonly columns: readonly ColumnProfile[];
}

export interface Rejected {
  readonly code: IssueCode;
  readonly count: number;
  /** Where the first ones are: `people.csv:17`, or the record's number where there is no file. */
  readonly at: readonly string[];
}

export interface KeyProfile {
  readonly columns: readonly string[];
  /** Records whose key an earlier record has. */
  readonly duplicates: number;
  readonly duplicatesAt: readonly string[];
  /** Different keys that differ only by case or surrounding space. */
  readonly variants: number;
  /** Records without a key. */
  readonly missing: number;
  readonly missingAt: readonly string[];
}

export interface ColumnProfile {
  readonly name: string;
  readonly type: ColumnType;
  readonly nulls: number;
  /** Empty or white space only. */
  readonly blanks: number;
  /** Values that are neither. */
  readonly filled: number;
  /** Beyond some thousands an estimate, good to about 1 %. */
  readonly distinct: { readonly count: number; readonly exact: boolean };
  readonly length: { readonly min: number; readonly max: number } | null;
  /** Shapes of the values, the most frequent first: `9` a digit, `A` and `a` letters. */
  readonly patterns: readonly { readonly pattern: string; readonly count: number }[];
  /** The values of a code list. Never given for personal columns. */
  readonly values: readonly { readonly value: string; readonly count: number }[] | null;
  readonly numbers: NumberProfile | null;
  readonly dates: DateProfile | null;
  readonly suspicious: readonly Suspicion[];
  readonly personal: Personal | null;
}

export interface NumberProfile {
  readonly count: number;
  readonly min: string;
  readonly max: string;
}

export interface DateProfile {
  readonly count: number;
  /** How they are written, the most frequent first. `##/##/yyyy` has its order in `order`. */
  readonly forms: readonly { readonly form: string; readonly count: number }[];
  /** Which of two numbers is the day; `unclear` where no value has one beyond 12. */
  readonly order: "day first" | "month first" | "both" | "unclear" | null;
  /** First and last day, placeholders left out. */
  readonly first: string | null;
  readonly last: string | null;
}

export const suspicions = {
  "outer-space": "Space before or behind the value.",
  "control-character": "Characters that cannot be seen.",
  mojibake: "Text that was decoded in the wrong encoding, such as Ã¤ for ä.",
  markup: "HTML tags or entities.",
  "placeholder-text": "A text that stands for no value, such as N/A.",
  "placeholder-date": "A day that stands for no date, such as 1900-01-01 or 9999-12-31.",
  "impossible-date": "A day that does not exist.",
  "unclear-date-order": "Day and month cannot be told apart.",
  "mixed-date-forms": "Dates are written in more than one way.",
  "mixed-values": "Texts among numbers, or among dates.",
  "leading-zeros": "Numbers with leading zeros: they are texts.",
  "case-variants": "Values that differ only by case or surrounding space.",
  "cut-off": "Many values have exactly the greatest length: they may have been cut off.",
  "empty-column": "No record has a value.",
} as const;

export type SuspicionCode = keyof typeof suspicions;

export interface Suspicion {
  readonly code: SuspicionCode;
  readonly count: number;
  /** Where the first ones are: `people.csv:17`, or the record's number where there is no file. */
  readonly at: readonly string[];
}

export interface Personal {
  readonly kind: PersonalKind;
  /** How it was recognized. */
  readonly by: readonly ("name" | "content")[];
}

export type PersonalKind =
  | "e-mail"
  | "phone"
  | "name"
  | "birth date"
  | "national id"
  | "login"
  | "employee number"
  | "address"
  | "gender"
  | "network address"
  | "bank account"
  | "picture"
  | "password";

export interface MappingProfile {
  readonly mapping: string;
  readonly entity: EntityName;
  readonly rows: number;
  readonly excluded: readonly { readonly rule: string; readonly count: number }[];
  /** Records with at least one issue that needs a person. */
  readonly flagged: number;
  readonly issues: readonly {
    readonly code: IssueCode;
    readonly field: string | null;
    readonly count: number;
  }[];
  /** References to records that no mapping has found. */
  readonly orphans: readonly {
    readonly field: string;
    readonly entity: EntityName;
    /** Records that refer to nothing. */
    readonly records: number;
    /** Different keys they refer to. */
    readonly keys: number;
  }[];
}

export interface Effort {
  /** Person-days, to the next half. */
  readonly days: number;
  readonly lines: readonly EffortLine[];
  /** `12 × 0.5 + 3 × 0.1 = 6.3 → 6.5` */
  readonly arithmetic: string;
}

export interface EffortLine {
  readonly what: string;
  readonly count: number;
  /** Person-days each. */
  readonly each: number;
  readonly days: number;
  readonly because: string;
}
