import type { OutgoingPage, PagedRecord } from "@cutover/intake";
import type { Rows } from "@cutover/mapping";

/** A record that is going to be written. */
export type SentOut = Pick<PagedRecord, "id" | "targetKey" | "out">;

/** Records that are going to be written together: made one by one only for who asks for them. */
export interface Lot {
  /** As they were read; null where they are a part of a page. */
  readonly page: OutgoingPage | null;
  readonly records: () => readonly SentOut[];
}

/** A record with the rows its mapping wants in the target. */
export interface Computed {
  readonly record: SentOut;
  readonly rows: Rows;
}
