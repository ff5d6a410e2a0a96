import type { TestDatabase } from "@cutover/testkit";
import { source } from "./tables.js";

const { name: table } = source.record;
let times = 0;

/** How many records of so many are changed: one of a hundred. */
export const changed = (records: number): number => Math.floor(records / 100);

/** Completes one record of a hundred anew, scattered over all. Each time they become something else. */
export async function changeSome(database: TestDatabase): Promise<void> {
  const minute = String(times++ % 60).padStart(2, "0");
  await database.run(
    `UPDATE "${table}" SET "outcome" = 'Completed', "finished_at" = '2025-06-02 10:${minute}:00',
       "remark" = 'changed ${times}',
       "revision" = ${times + 2} WHERE "record_id" % 100 = 0`,
  );
}
