import type { PagedRecord } from "@cutover/intake";
import type { Rows } from "@cutover/mapping";

/** A record that is going to be written. */
export type SentOut = Pick<PagedRecord, "id" | "targetKey" | "out">;

/** A record with the rows its mapping wants in the target. */
export interface Computed {
  readonly record: SentOut;
  readonly rows: Rows;
}
