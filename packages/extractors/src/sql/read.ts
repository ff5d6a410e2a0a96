import {
  CutoverError,
  type ExtractSpec,
  type ReadOptions,
  type RejectedRow,
  type SourceBatch,
} from "@cutover/model";
import type { Session } from "@cutover/sql";
import { arrange, sqlOf } from "./extract.js";
import { alteredRows } from "./altered.js";
import { narrowed } from "./narrow.js";

const defaultBatchSize = 5_000;

/**
 * Streams an extract. The next rows are fetched while the caller works on the last ones: never more
 * than two batches are in memory.
 */
export async function* readRows(
  session: Session,
  whole: ExtractSpec,
  { batchSize = defaultBatchSize, signal, narrow }: ReadOptions,
): AsyncGenerator<SourceBatch, void, undefined> {
  const check = (): void => {
    if (signal?.aborted === true) {
      throw new CutoverError("interrupted", "reading was stopped", { stage: "extract", recovery: "retry" });
    }
  };
  check();
  const { extract, sql } = narrowed(whole, sqlOf(whole, session.dialect), narrow);
  const cursor = await session.open(sql, batchSize);
  let coming: ReturnType<typeof cursor.next> | null = null;
  try {
    const inOrder = arrange(extract, cursor.columns, session.dialect);
    let read = 0;
    coming = cursor.next();
    for (;;) {
      const raw = await coming;
      coming = null;
      check();
      if (raw === null) return;
      const altered = session.dialect.validatesText
        ? noRows
        : await alteredRows(session, sql, cursor.columns, raw, read);
      coming = cursor.next();
      // Awaited only after the caller asks for more: a failure until then is not unhandled.
      coming.catch(() => undefined);
      const rows: SourceBatch["rows"][number][] = [];
      const at: number[] = [];
      const rejected: RejectedRow[] = [];
      for (let i = 0; i < raw.length; i++) {
        const position = read + i + 1;
        if (altered.has(i)) rejected.push({ at: position, ...notUtf8 });
        else {
          rows.push(inOrder(raw[i]!));
          at.push(position);
        }
      }
      read += raw.length;
      yield { rows, at, rejected };
    }
  } finally {
    await coming?.catch(() => undefined);
    await cursor.close();
  }
}

const notUtf8 = { code: "bad-encoding", note: "A text in the database is not valid UTF-8." } as const;
const noRows: ReadonlySet<number> = new Set();
