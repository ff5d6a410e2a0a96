import type { EntityName } from "@cutover/model";
import type { Ledger } from "./ledger.js";
import { notePage, type Page, type Stretch } from "./pages.js";
import { recordWriter } from "./record-writer.js";
import { Seen } from "./seen.js";
import type { StagedBatch } from "./staged-batch.js";

/** Whose records are staged, and how. */
export interface StagedMapping {
  readonly mapping: number;
  readonly entity: EntityName;
  /** What the extraction has seen: see `Seen`. */
  readonly seen: SharedArrayBuffer;
  /** Whether it was extracted before. */
  readonly known: boolean;
  /** Whether the rows' numbers are those of the whole extract; by others, what is known stays where it stood. */
  readonly placed: boolean;
}

/** What is staged of a mapping: records; the end of a page of them; or records that are as they were. */
export type StagedPart =
  | { readonly batch: StagedBatch }
  | { readonly page: Page }
  | { readonly same: readonly Stretch[] };

export type WriteStaged = (of: StagedMapping, part: StagedPart) => void;

/** A function that stages what it is given, mapping by mapping. Call it inside large transactions. */
export function stagingWriter(ledger: Ledger): WriteStaged {
  interface Writer {
    readonly write: ReturnType<typeof recordWriter>;
    readonly seen: Seen;
    /** Records since the last page. */
    ids: number[];
  }
  const writers = new Map<number, Writer>();
  const writerOf = ({ mapping, entity, seen: buffer, known, placed }: StagedMapping): Writer => {
    let writer = writers.get(mapping);
    if (writer === undefined) {
      const seen = new Seen(buffer);
      writer = { write: recordWriter(ledger, mapping, entity, seen, known, placed), seen, ids: [] };
      writers.set(mapping, writer);
    }
    return writer;
  };
  return (of, part) => {
    const writer = writerOf(of);
    if ("batch" in part) {
      for (const id of writer.write(part.batch)) writer.ids.push(id);
    } else if ("page" in part) {
      notePage(ledger, of.mapping, part.page, writer.ids);
      writer.ids = [];
    } else {
      for (const [first, last] of part.same) writer.seen.addStretch(first, last);
    }
  };
}
