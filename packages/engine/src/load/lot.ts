import { outgoingPages, type OutgoingOptions, type OutgoingPage } from "@cutover/intake";
import { filledFields, type Ledger } from "@cutover/ledger";
import type { OutboundMapping } from "@cutover/mapping";
import { singleReferences, type EntityName } from "@cutover/model";
import type { Outbound } from "../target.js";
import type { SentOut } from "./computed.js";
import { draftOf, type Draft } from "./draft.js";
import type { Journal } from "./journal.js";
import type { dropLost } from "./lost-references.js";

/** Records that are going to be written together: made one by one only for who asks for them. */
export interface Lot {
  /** As they are read; null where they are a part of a page. */
  readonly page: (() => OutgoingPage) | null;
  /** Null where there can be none; `undefined` where nobody tried. */
  readonly draft?: Draft | null | undefined;
  readonly records: () => readonly SentOut[];
}

/** A page that was drafted elsewhere: the records up to an id, from where the page before ended. */
export interface DraftedPage {
  readonly lastId: number;
  readonly length: number;
  readonly draft: Draft | null;
}

/** The pages of what a mapping takes. */
export interface Pages {
  readonly entity: EntityName;
  /** The name of the outbound mapping. */
  readonly mapping: string;
  readonly options: OutgoingOptions;
}

/** Drafts pages elsewhere, on another thread, ahead of those that are asked for. */
export interface DraftAhead {
  /** Of fewer records it is not worth while. */
  readonly fewest: number;
  pages(pages: Pages): AsyncIterable<DraftedPage>;
}

/** Whether what a mapping takes can be drafted without the target: whether it gives no ids of its own. */
export const asksNoIds = ({ plain, tables }: OutboundMapping): boolean =>
  plain !== null && tables.every(({ id }) => id === undefined);

/** Whether it can be drafted of what the ledger has when its load begins, whatever becomes of other records of the entity. */
export function needsLedgerOnly(ledger: Ledger, entity: EntityName, { mapping }: Outbound): boolean {
  if (!asksNoIds(mapping)) return false;
  const filled = filledFields(ledger, entity);
  return !singleReferences(entity).some(({ field, to }) => to === entity && filled.includes(field));
}

/** Drafts pages, one after the other, for who asks ahead. */
export function* draftPages(
  ledger: Ledger,
  mapping: OutboundMapping,
  { entity, options }: Pages,
): Generator<DraftedPage, void, undefined> {
  const noId = (): never => {
    throw new RangeError("ids are given by who loads");
  };
  for (const page of outgoingPages(ledger, entity, options)) {
    yield { lastId: page.lastId, length: page.length, draft: draftOf(mapping, page, noId) };
  }
}

/** A lot, with what of the pages is at hand. */
export interface NextLot extends Lot {
  readonly lastId: number;
  readonly length: number;
}

/** Makes lots of pages. Of lost references of their records is told when these are made. */
export class Lots {
  readonly #ledger: Ledger;
  readonly #pages: Pages;
  readonly #drop: ReturnType<typeof dropLost>;
  readonly #journal: Journal;

  constructor(ledger: Ledger, pages: Pages, drop: ReturnType<typeof dropLost>, journal: Journal) {
    this.#ledger = ledger;
    this.#pages = pages;
    this.#drop = drop;
    this.#journal = journal;
  }

  /** Those that come after a record, read here or drafted elsewhere. */
  async *after(id: number, ahead: DraftAhead | undefined): AsyncGenerator<NextLot, void, undefined> {
    const { entity, mapping, options } = this.#pages;
    const from = { ...options, after: id };
    if (ahead === undefined) {
      for (const page of outgoingPages(this.#ledger, entity, from)) yield this.#lot(page, () => page);
      return;
    }
    let after = id;
    for await (const drafted of ahead.pages({ entity, mapping, options: from })) {
      const begin = after;
      const read = (): OutgoingPage => this.#read(begin, drafted.length);
      yield { ...this.#lot(drafted, read), draft: drafted.draft };
      after = drafted.lastId;
    }
  }

  /** A page that was drafted is read only by who cannot do with the draft. */
  #read(after: number, batchSize: number): OutgoingPage {
    const { entity, options } = this.#pages;
    const { value } = outgoingPages(this.#ledger, entity, { ...options, after, batchSize }).next();
    if (value === undefined) throw new RangeError("the records of a page are gone");
    return value;
  }

  #lot({ lastId, length }: Pick<DraftedPage, "lastId" | "length">, read: () => OutgoingPage): NextLot {
    let page: OutgoingPage | null = null;
    let records: readonly SentOut[] | null = null;
    const readOnce = (): OutgoingPage => (page ??= read());
    const recordsOnce = (): readonly SentOut[] => (records ??= this.#recordsOf(readOnce()));
    return { lastId, length, page: readOnce, records: recordsOnce };
  }

  #recordsOf(page: OutgoingPage): readonly SentOut[] {
    const without = page.records().map(this.#drop);
    this.#journal.tellLost(without.map(({ record: { id }, lost }) => ({ id, lost })));
    return without.map(({ record }) => record);
  }
}
