import type { EntityName } from "@cutover/model";

/**
 * By which door a planted defect has to be caught: `check` (the plan flags the record), or `report`
 * (besides, the value must not come alive in a report: formulas, markup).
 */
export type Door = "check" | "report";

/** A record a defect was planted in. */
export interface Planted {
  readonly source: "cornerstone" | "hr";
  readonly entity: EntityName;
  /** The key its mapping gives it; null where the row cannot be read as a record. */
  readonly key: string | null;
  /** The file, and which of its records it is: from 1, the header not counted. */
  readonly file: string;
  readonly record: number;
}

/** A planted defect: what is wrong with which records, and how it has to show. */
export interface Label {
  readonly kind: string;
  /** What is wrong, in words. */
  readonly about: string;
  readonly door: Door;
  /** Any of these codes tells it; `merged` where the record has to end as the same as another. */
  readonly codes: readonly string[];
  /** `all` where each record has to be told, `any` where telling one of them is enough. */
  readonly need: "all" | "any";
  readonly records: readonly Planted[];
  /** Records the defect touches too: an issue there is no false alarm. */
  readonly related: readonly Planted[];
}
