import type { OutgoingRecord } from "@cutover/intake";
import type { Rows } from "@cutover/mapping";

/** A record with the rows its mapping wants in the target. */
export interface Computed {
  readonly record: OutgoingRecord;
  readonly rows: Rows;
}
