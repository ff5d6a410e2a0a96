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
import { Resuming } from "./resume.js";

const defaultBatchSize = 5_000;

/**
 * Streams an extract. The next rows are fetched while the caller works on the last ones: never more
 * than two batches are in memory. `state` names the state that the session sees; null where it sees several.
 */
export async function* readRows(
  session: Session,
  state: string | null,
  whole: ExtractSpec,
  { batchSize = defaultBatchSize, signal, narrow, after }: ReadOptions,
): AsyncGenerator<SourceBatch, void, undefined> {
  const check = (): void => {
    if (signal?.aborted === true) {
      throw new CutoverError("interrupted", "reading was stopped", { stage: "extract", recovery: "retry" });
    }
  };
  check();
  const { extract, sql: all } = narrowed(whole, sqlOf(whole, session.dialect), narrow);
  const resuming = new Resuming(session, whole, narrow, state ?? "none");
  const { sql, before } = after === undefined ? { sql: all, before: 0 } : await resuming.rest(all, after);
  const cursor = await session.open(sql, batchSize);
  let coming: ReturnType<typeof cursor.next> | null = null;
  try {
    const inOrder = arrange(extract, cursor.columns, session.dialect);
    const tokenAfter = state === null ? null : resuming.after(cursor.columns);
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
      const token = tokenAfter?.(raw.at(-1)!, before + read + raw.length);
      const rows: SourceBatch["rows"][number][] = [];
      const at: number[] = [];
      const rejected: RejectedRow[] = [];
      for (let i = 0; i < raw.length; i++) {
        const position = before + read + i + 1;
        if (altered.has(i)) rejected.push({ at: position, ...notUtf8 });
        else {
          rows.push(inOrder(raw[i]!));
          at.push(position);
        }
      }
      read += raw.length;
      yield { rows, at, rejected, token };
    }
  } finally {
    await coming?.catch(() => undefined);
    await cursor.close();
  }
}

const notUtf8 = { code: "bad-encoding", note: "A text in the database is not valid UTF-8." } as const;
const noRows: ReadonlySet<number> = new Set();
