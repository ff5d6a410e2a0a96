import type { OutgoingPage } from "@cutover/intake";
import type { OutboundMapping, RowColumns, TargetContext } from "@cutover/mapping";
import type { TableSpec, TargetValue } from "@cutover/model";
import { hashesOfColumns } from "./target-values.js";

/** New rows of one table, column by column: of each record one at most. */
export interface DraftedRows {
  /** The table's name. */
  readonly table: string;
  /** The places of the records that have one; null: all do. */
  readonly of: readonly number[] | null;
  /** The generated id, where the table has one, comes first. */
  readonly columns: readonly string[];
  readonly hasId: boolean;
  readonly values: readonly (readonly TargetValue[])[];
  /** Natural key. */
  readonly find: readonly string[] | null;
  /** The rows' hashes, one after the other. */
  readonly hashes: Uint8Array<ArrayBuffer>;
}

/** A page as far as nothing has to be asked of the target. Plain data, which one thread can hand to another. */
export interface Draft {
  readonly ids: readonly number[];
  /** What the target will call the records. */
  readonly targetKeys: readonly string[];
  /** What is referred to comes first. */
  readonly rows: readonly DraftedRows[];
}

/**
 * Drafts a page, column by column, where the target has none of its records and nothing is to be said of one of
 * them; null where that is not so: then they are looked at one by one. Throws IdsExhausted.
 */
export function draftOf(
  { plain, tables }: OutboundMapping,
  page: OutgoingPage,
  nextId: TargetContext["nextId"],
): Draft | null {
  if (plain === null || !page.isNew || page.hasLost) return null;
  const computed = plain.rows(page, nextId);
  if (computed === null) return null;
  const names = computed.rows.map(({ table }) => table.table);
  if (new Set(names).size < names.length) return null;
  const place = ({ table }: RowColumns): number => tables.findIndex(({ name }) => name === table.name);
  const rows: DraftedRows[] = [];
  for (const some of computed.rows.toSorted((a, b) => place(a) - place(b))) {
    const drafted = drawUp(some, page.length, nextId);
    if (drafted === null) return null;
    rows.push(drafted);
  }
  return { ids: page.ids, targetKeys: computed.targetKeys, rows };
}

/** Null where a row has nothing that finds it. */
function drawUp(
  { table, of, ids, columns, values, find }: RowColumns,
  records: number,
  nextId: TargetContext["nextId"],
): DraftedRows | null {
  const length = of?.length ?? records;
  const own = ids ?? idsOf(table, length, nextId);
  if (own === null && find === null) return null;
  const all = own === null ? columns : [table.id!, ...columns];
  const filled = own === null ? values : [own, ...values];
  if (
    find !== null &&
    !eachFound(
      find.map((name) => values[columns.indexOf(name)]),
      length,
    )
  )
    return null;
  const hashes = hashesOfColumns(table, all, filled, length);
  return { table: table.name, of, columns: all, hasId: own !== null, values: filled, find, hashes };
}

/** Whether each row has a value in one of the columns of its natural key at least: absent ones tell nothing apart. */
function eachFound(columns: readonly (readonly TargetValue[] | undefined)[], length: number): boolean {
  for (let i = 0; i < length; i += 1) {
    if (columns.every((values) => (values?.[i] ?? null) === null)) return false;
  }
  return true;
}

/** Ids of rows that are not the records' own. */
const idsOf = (table: TableSpec, length: number, nextId: TargetContext["nextId"]): readonly number[] | null =>
  table.id === undefined ? null : Array.from({ length }, () => nextId(table));
