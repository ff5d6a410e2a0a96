import { filledFields, type Ledger } from "@cutover/ledger";
import type { EntityName } from "@cutover/model";
import { outgoingColumns, outgoingDecoder, referring } from "./outgoing-rows.js";
import { awaited, type LedRecord } from "./outgoing.js";

/** Rows a page: they are small, and what is said of a page is mostly said by one statement. */
const pageSize = 2000;

/**
 * Records that go to the target and have no key there yet, in pages ordered by id, with no more of them than
 * these fields and their references. The caller may write between pages, also to what is being read.
 */
export function* newcomers(
  ledger: Ledger,
  entity: EntityName,
  fields: ReadonlySet<string>,
): Generator<readonly LedRecord[], void, undefined> {
  const refs = referring(entity, "ref").map(({ name }) => name);
  const read = filledFields(ledger, entity).filter((name) => fields.has(name) || refs.includes(name));
  const columns = ["e.id", "r.mapping", ...outgoingColumns(entity, read)];
  const select = ledger.db
    .prepare(
      `SELECT ${columns.join(", ")} FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
       WHERE e.id > ? AND r.gone IS NULL AND ${awaited} AND r.targetKey IS NULL
       ORDER BY e.id LIMIT ${pageSize}`,
    )
    .raw();
  const decode = outgoingDecoder(ledger, entity, read, 2);
  const recordOf = (row: readonly unknown[]): LedRecord => {
    const leadsTo: Record<string, number | null> = {};
    return { id: row[0] as number, out: decode(row, leadsTo), leadsTo };
  };
  for (let after = 0; ;) {
    const rows = select.all(after) as unknown[][];
    if (rows.length === 0) return;
    yield rows.map(recordOf);
    after = rows.at(-1)![0] as number;
  }
}
