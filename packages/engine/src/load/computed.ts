import type { Rows } from "@cutover/mapping";
import type { SentOut } from "./lot.js";

/** A record with the rows its mapping wants in the target. */
export interface Computed {
  readonly record: SentOut;
  readonly rows: Rows;
}
