import type { Ledger } from "./ledger.js";
import { eachStretch } from "./stretches.js";

/** Ids that follow one another without a gap: the first and the last. */
export type Stretch = readonly [first: number, last: number];

/** How records of a page ended when they were mapped. */
interface PageCounts {
  readonly staged: number;
  readonly excluded: number;
  readonly flagged: number;
}

/** Rows that a mapping stages together. */
export interface Page {
  /** 1, 2 ... in the order of reading. */
  readonly n: number;
  readonly definition: string;
  /** Of the rows as they were read. */
  readonly digest: string;
  readonly counts: PageCounts;
}

/** A page that comes as it was. */
export interface SamePage {
  readonly records: readonly Stretch[];
  readonly counts: PageCounts;
}

/** A function that tells of a mapping's pages what they were, where they come as they were; null otherwise. */
export function pageFinder(
  { db }: Ledger,
  mapping: number,
  definition: string,
): (n: number, digest: string) => SamePage | null {
  // What another definition made of rows says nothing; and nobody needs to watch over it.
  db.prepare("DELETE FROM page WHERE mapping = ? AND definition <> ?").run(mapping, definition);
  const find = db.prepare("SELECT records, counts FROM page WHERE mapping = ? AND n = ? AND digest = ?");
  return (n, digest) => {
    const found = find.get(mapping, n, digest) as
      | { readonly records: string; readonly counts: string }
      | undefined;
    if (found === undefined) return null;
    return {
      records: JSON.parse(found.records) as Stretch[],
      counts: JSON.parse(found.counts) as PageCounts,
    };
  };
}

/** Notes which records a page became. */
export function notePage(
  ledger: Ledger,
  mapping: number,
  { n, definition, digest, counts }: Page,
  ids: readonly number[],
): void {
  const sorted = ids.toSorted((a, b) => a - b);
  const records: Stretch[] = [];
  eachStretch(sorted, (first, last) => records.push([first, last]));
  ledger
    .prepared(
      `INSERT OR REPLACE INTO page (mapping, n, definition, digest, first, last, records, counts)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      mapping,
      n,
      definition,
      digest,
      sorted[0] ?? 0,
      sorted.at(-1) ?? 0,
      JSON.stringify(records),
      JSON.stringify(counts),
    );
}

/** Forgets what the pages of a mapping were. */
export const forgetPages = ({ db }: Ledger, mapping: number): void =>
  void db.prepare("DELETE FROM page WHERE mapping = ?").run(mapping);

/**
 * A function that says of a mapping's records, from one id to another, that they stand so many lines further
 * down. Their pages are forgotten together: one by one, each record would be looked for in all of them.
 */
export function shifter({ db }: Ledger, mapping: number): (first: number, last: number, by: number) => void {
  const forget = db.prepare("DELETE FROM page WHERE mapping = ? AND first <= ? AND last >= ?");
  const shift = db.prepare("UPDATE record SET at = at + ? WHERE id BETWEEN ? AND ?");
  return (first, last, by) => {
    forget.run(mapping, last, first);
    shift.run(by, first, last);
  };
}
