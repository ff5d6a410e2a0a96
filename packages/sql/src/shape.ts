import type { Column } from "@cutover/model";

export interface ShapeColumn extends Column {
  /** The type as the database writes it. */
  readonly nativeType: string;
  /** The type without its length, to say what an array holds; where the dialect takes arrays. */
  readonly elementType?: string | undefined;
  /** Digits after the point, of a decimal. */
  readonly scale?: number | undefined;
  /** Whether the database gives the column its numbers. */
  readonly generated: boolean;
}

/** A table as the database has it. */
export interface TableShape {
  readonly table: string;
  readonly columns: readonly ShapeColumn[];
  /**
   * Whether it takes rows in bulk as it takes them one by one: no view, no rule and no policy of its own
   * stands before it, and its writes can be rolled back.
   */
  readonly bulk: boolean;
  /** Whether its writes can be rolled back. */
  readonly transactional: boolean;
}
