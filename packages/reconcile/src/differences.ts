import type { FieldComparison } from "@cutover/intake";
import { bulkInsert, type InsertedRow, type Ledger } from "@cutover/ledger";
import { entities, encodeValue, type EntityName } from "@cutover/model";
import type { RowFinding } from "./suspects.js";

const columns = [
  "reconciliation",
  "entity",
  "record",
  "targetKey",
  "verdict",
  "field",
  "rule",
  "source",
  "projected",
  "target",
];

/** Differences that are written together. */
const atOnce = 500;

/** Differences of an entity on their way into the ledger. Values of credentials are not written. */
export class Differences {
  readonly #insert;
  readonly #head: readonly [reconciliation: number, entity: EntityName];
  #rows: InsertedRow[] = [];

  constructor(ledger: Ledger, reconciliation: number, entity: EntityName) {
    this.#insert = bulkInsert(ledger, "difference", columns);
    this.#head = [reconciliation, entity];
  }

  missing(record: number, targetKey: string | null): void {
    this.#add([...this.#head, record, targetKey, "missing", null, null, null, null, null]);
  }

  field(record: number, targetKey: string | null, of: FieldComparison): void {
    const { kind, secret } = entities[this.#head[1]].fields[of.field]!;
    const text = (value: FieldComparison["source"]): string | null =>
      value === null || secret === true ? null : String(encodeValue(kind, value));
    this.#add([
      ...this.#head,
      record,
      targetKey,
      of.verdict,
      of.field,
      of.rule,
      text(of.source),
      text(of.projected),
      text(of.target),
    ]);
  }

  row(record: number, targetKey: string | null, { rule, row, found }: Omit<RowFinding, "record">): void {
    this.#add([...this.#head, record, targetKey, "different", null, rule, null, row, found]);
  }

  #add(row: InsertedRow): void {
    this.#rows.push(row);
    if (this.#rows.length === atOnce) this.write();
  }

  write(): void {
    this.#insert(this.#rows);
    this.#rows = [];
  }
}
