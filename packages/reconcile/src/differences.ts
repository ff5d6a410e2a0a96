import type { FieldComparison } from "@cutover/intake";
import type { NewDifference } from "@cutover/ledger";
import { entities, encodeValue, type EntityName } from "@cutover/model";
import type { RowFinding } from "./suspects.js";

/** Differences that are written together. */
const atOnce = 500;

/** Differences of an entity on their way to the ledger. Values of credentials are not written. */
export class Differences {
  readonly #entity: EntityName;
  readonly #take: (differences: readonly NewDifference[]) => void;
  #waiting: NewDifference[] = [];

  constructor(entity: EntityName, take: (differences: readonly NewDifference[]) => void) {
    this.#entity = entity;
    this.#take = take;
  }

  missing(record: number): void {
    this.#add({ verdict: "missing", record });
  }

  field(record: number, of: FieldComparison): void {
    const { kind, secret } = entities[this.#entity].fields[of.field]!;
    const text = (value: FieldComparison["source"]): string | null =>
      value === null || secret === true ? null : String(encodeValue(kind, value));
    this.#add({
      verdict: of.verdict,
      record,
      field: of.field,
      rule: of.rule,
      source: text(of.source),
      projected: text(of.projected),
      target: text(of.target),
    });
  }

  row({ record, rule, row, found }: RowFinding): void {
    this.#add({ verdict: "different", record, rule, projected: row, target: found });
  }

  unexpected(targetKey: string): void {
    this.#add({ verdict: "unexpected", record: null, targetKey });
  }

  /** Rows of a table that nobody reads record by record. */
  extra(table: string, rows: number): void {
    const rule = `rows of ${table} that neither were there nor were written`;
    this.#add({ verdict: "unexpected", record: null, targetKey: `${table}: ${rows}`, rule });
  }

  /** Rows that were read under a key that another row has. */
  repeated(rows: number): void {
    const rule = "rows that have the key of another one";
    this.#add({ verdict: "unexpected", record: null, targetKey: `${this.#entity}: ${rows}`, rule });
  }

  #add(difference: NewDifference): void {
    this.#waiting.push(difference);
    if (this.#waiting.length === atOnce) this.write();
  }

  write(): void {
    if (this.#waiting.length === 0) return;
    this.#take(this.#waiting);
    this.#waiting = [];
  }
}
