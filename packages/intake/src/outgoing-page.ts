import { filledFields, type Ledger } from "@cutover/ledger";
import type { Outgoing, OutgoingColumns } from "@cutover/mapping";
import { columnDecoder, entities, type CanonicalValue, type EntityName } from "@cutover/model";
import { leadFinder, type Lead } from "./leads.js";
import { outgoingColumns, outgoingDecoder, referring } from "./outgoing-rows.js";
import { rowReader, type LedRecord, type OutgoingOptions } from "./outgoing.js";

/** A record of a page. */
export interface PagedRecord extends LedRecord {
  /** What the target calls it; null until it exists there. */
  readonly targetKey: string | null;
}

/** Columns that come before the fields; the second is what `outgoingDecoder` asks for. */
const fixed = ["e.id", "r.mapping", "r.targetKey"] as const;

/** Where the columns of a page's rows are, and how they are decoded. */
interface Layout {
  readonly entity: EntityName;
  readonly fields: readonly string[];
  /** The names of references, in the order of their columns, which come last. */
  readonly references: readonly string[];
  readonly decode: ReturnType<typeof outgoingDecoder>;
  readonly follow: ReturnType<typeof leadFinder>;
}

/**
 * A page of staged records on their way to the target: column by column for who has nothing to say of single
 * ones, record by record for who has. Neither is made before it is asked for.
 */
export class OutgoingPage implements OutgoingColumns {
  readonly #rows: readonly (readonly unknown[])[];
  readonly #layout: Layout;
  readonly #leads = new Map<string, readonly (Lead | null)[]>();
  readonly #keys = new Map<string, readonly (string | readonly string[] | null)[]>();

  constructor(rows: readonly (readonly unknown[])[], layout: Layout) {
    this.#rows = rows;
    this.#layout = layout;
  }

  get length(): number {
    return this.#rows.length;
  }

  /** Canonical ids. */
  get ids(): readonly number[] {
    return this.#rows.map((row) => row[0] as number);
  }

  get lastId(): number {
    return this.#rows.at(-1)![0] as number;
  }

  /** Whether the target has none of the records yet. */
  get isNew(): boolean {
    return this.#rows.every((row) => row[2] === null);
  }

  values(field: string): readonly CanonicalValue[] {
    const { entity, fields } = this.#layout;
    const place = fields.indexOf(field);
    if (place < 0) return this.#rows.map(() => null);
    const decode = columnDecoder(entities[entity].fields[field]!.kind);
    const at = fixed.length + place;
    return decode === null
      ? this.#rows.map((row) => row[at] as CanonicalValue)
      : this.#rows.map((row) => decode(row[at]));
  }

  /** The records that a single reference refers to; null where there is none. */
  referredTo(field: string): readonly (number | null)[] {
    const { fields, references } = this.#layout;
    const at = fixed.length + fields.length + references.indexOf(field);
    return this.#rows.map((row) => row[at] as number | null);
  }

  /** Where a single reference leads; null where there is none. */
  leads(field: string): readonly (Lead | null)[] {
    const known = this.#leads.get(field);
    if (known !== undefined) return known;
    const { entity, follow } = this.#layout;
    const to = entities[entity].fields[field]!.entity!;
    const leads = this.referredTo(field).map((id) => (id === null ? null : follow(to, id)));
    this.#leads.set(field, leads);
    return leads;
  }

  targetKeys(field: string): readonly (string | readonly string[] | null)[] {
    const known = this.#keys.get(field);
    if (known !== undefined) return known;
    const keys = this.#layout.references.includes(field)
      ? this.leads(field).map((lead) => (lead === null ? null : lead.targetKey))
      : this.#rows.map((_, place) => this.out(place).targetKeys[field] ?? null);
    this.#keys.set(field, keys);
    return keys;
  }

  /** Whether a record refers to one that has no key in the target. */
  get hasLost(): boolean {
    return this.#layout.references.some((field) => {
      const keys = this.targetKeys(field);
      return keys.includes(null) && this.values(field).some((told, i) => told !== null && keys[i] === null);
    });
  }

  out(place: number): Outgoing {
    return this.#layout.decode(this.#rows[place]!);
  }

  record(place: number): PagedRecord {
    const row = this.#rows[place]!;
    const leadsTo: Record<string, number | null> = {};
    return {
      id: row[0] as number,
      targetKey: row[2] as string | null,
      out: this.#layout.decode(row, leadsTo),
      leadsTo,
    };
  }

  /** All records, one by one. */
  records(): readonly PagedRecord[] {
    return this.#rows.map((_, place) => this.record(place));
  }
}

export interface PageOptions extends OutgoingOptions {
  /** No more fields than these and the references; by default all. */
  readonly fields?: ReadonlySet<string> | undefined;
}

/** Staged records in pages ordered by id. Nothing stays open between pages: the caller may write, also to what is being read. */
export function* outgoingPages(
  ledger: Ledger,
  entity: EntityName,
  options: PageOptions = {},
): Generator<OutgoingPage, void, undefined> {
  const references = referring(entity, "ref").map(({ name }) => name);
  const { fields: wanted } = options;
  const fields = filledFields(ledger, entity).filter(
    (name) => wanted === undefined || wanted.has(name) || references.includes(name),
  );
  const follow = leadFinder(ledger, entity);
  const decode = outgoingDecoder(ledger, entity, fields, fixed.length, follow);
  const layout: Layout = { entity, fields, references, decode, follow };
  const read = rowReader(ledger, entity, options, [...fixed, ...outgoingColumns(entity, fields)]);
  for (let after = options.after ?? 0; ;) {
    const rows = read(after);
    if (rows.length === 0) return;
    const page = new OutgoingPage(rows, layout);
    yield page;
    after = page.lastId;
  }
}
