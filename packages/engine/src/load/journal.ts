import { lostReferenceRule } from "@cutover/intake";
import { bulkInsert, eachStretch, issueWriter, type Ledger, type NewIssue } from "@cutover/ledger";
import { hashBytes, type EntityName } from "@cutover/model";
import type { Prepared, PreparedRecord, Refused } from "./prepared.js";
import type { WrittenRows } from "./row-changes.js";

export interface OpenBatch {
  readonly id: number;
  readonly entity: EntityName;
  readonly pass: 1 | 2;
}

const writtenColumns = ["batch", "n", "shape", "record", "rowKey", "hash", "before", "after"];
/** What is told once of new rows whose hashes come together. */
const newOnce = { same: ["batch", "shape"], counted: ["n"], bytes: { hash: hashBytes } };

/** Records a statement: more of them are no faster. */
const namedAtOnce = 100;

/**
 * The ledger's side of a load. Before a batch is applied its intent is recorded: every row it writes,
 * what new records will be called. After it, the outcome. What happens between the two can be told
 * from the target.
 */
export class Journal {
  readonly #ledger: Ledger;
  readonly #run: number;
  readonly #addIssue: (issue: NewIssue) => void;
  readonly #write: ReturnType<typeof bulkInsert>;
  readonly #writeNew: ReturnType<typeof bulkInsert>;
  readonly #shapes = new Map<string, number>();

  constructor(ledger: Ledger, run: number) {
    this.#ledger = ledger;
    this.#run = run;
    this.#addIssue = issueWriter(ledger);
    this.#write = bulkInsert(ledger, "written", writtenColumns);
    this.#writeNew = bulkInsert(ledger, "written", ["record", "rowKey"], { once: newOnce });
  }

  /** Records what is about to be written. */
  intend(entity: EntityName, outbound: number, pass: 1 | 2, prepared: Prepared): OpenBatch {
    const { db } = this.#ledger;
    return this.#ledger.transaction(() => {
      const { lastInsertRowid } = db
        .prepare("INSERT INTO batch (run, entity, pass, state, records) VALUES (?, ?, ?, 'intent', ?)")
        .run(this.#run, entity, pass, prepared.records.length);
      const id = Number(lastInsertRowid);
      let n = 0;
      for (const written of prepared.written) {
        const shape = this.#shape(written);
        const { rows } = written;
        if (rows.once !== undefined) {
          this.#writeNew({ ...rows, once: { ...rows.once, batch: id, shape, n: n + 1 } });
          n += rows.length;
          continue;
        }
        this.#write({
          length: rows.length,
          put: (values, place) => {
            values.push(id, (n += 1), shape);
            rows.put(values, place);
          },
        });
      }
      this.#name(prepared.records, outbound);
      const defer = db.prepare("INSERT OR REPLACE INTO deferred (record, batch, fields) VALUES (?, ?, ?)");
      for (const record of prepared.records) {
        if (pass === 1 && record.deferred.length > 0) {
          defer.run(record.id, id, JSON.stringify(record.deferred));
        }
      }
      return { id, entity, pass };
    });
  }

  /** Notes what new records will be called, many at once: one by one it costs nearly twice as much. */
  #name(records: readonly PreparedRecord[], outbound: number): void {
    const fresh = records.filter(({ isNew }) => isNew);
    for (let first = 0; first < fresh.length; first += namedAtOnce) {
      const some = fresh.slice(first, first + namedAtOnce);
      const values: (number | string)[] = [];
      for (const { id, targetKey } of some) values.push(id, targetKey);
      this.#ledger
        .prepared(
          `WITH named (id, key) AS (VALUES ${some.map(() => "(?, ?)").join(", ")})
           UPDATE record SET targetKey = named.key, outbound = @outbound, run = @run
           FROM named WHERE record.id = named.id`,
        )
        .run(values, { outbound, run: this.#run });
    }
  }

  /** The batch is in the target. */
  done(batch: OpenBatch, records: readonly Pick<PreparedRecord, "id" | "issues">[]): void {
    const { db } = this.#ledger;
    this.#ledger.transaction(() => {
      db.prepare("UPDATE batch SET state = 'done' WHERE id = ?").run(batch.id);
      this.applied(batch.pass, records);
      const rows = db.prepare("SELECT COUNT(*) FROM written WHERE batch = ?").pluck().get(batch.id);
      const { id, entity, pass } = batch;
      this.#ledger.append("batch", { batch: id, entity, pass, records: records.length, rows }, this.#run);
    });
  }

  /** Records that are as they should be in the target, with or without anything written. */
  applied(pass: 1 | 2, records: readonly Pick<PreparedRecord, "id" | "issues">[]): void {
    this.#ledger.transaction(() => {
      const ids = records.map(({ id }) => id);
      if (pass === 2) {
        const unwait = this.#ledger.prepared("DELETE FROM deferred WHERE record BETWEEN ? AND ?");
        eachStretch(ids, (first, last) => unwait.run(first, last));
        return;
      }
      for (const { id, issues } of records) {
        for (const issue of issues) this.#addIssue({ ...issue, record: id, stage: "load" });
      }
      const apply = this.#ledger.prepared(
        "UPDATE record SET applied = ?, settled = ? WHERE id BETWEEN ? AND ?",
      );
      eachStretch(ids, (first, last) => apply.run(this.#run, this.#run, first, last));
    });
  }

  /** Tells of references that nothing in the target answers, unless that is known. */
  tellLost(records: readonly { readonly id: number; readonly lost: readonly string[] }[]): void {
    const isKnown = this.#ledger.prepared(
      "SELECT 1 FROM issue WHERE record = ? AND code = 'dependent' AND field = ?",
    );
    this.#ledger.transaction(() => {
      for (const { id, lost } of records) {
        for (const field of lost) {
          if (isKnown.get(id, field) !== undefined) continue;
          const note = lostReferenceRule;
          this.#addIssue({ record: id, code: "dependent", severity: "warning", stage: "load", field, note });
        }
      }
    });
  }

  /** The batch is not in the target: forgets what was intended. */
  refused(batch: Pick<OpenBatch, "id">): void {
    const { db } = this.#ledger;
    this.#ledger.transaction(() => {
      const records = db.prepare("SELECT DISTINCT record FROM written WHERE batch = ?").pluck().all(batch.id);
      this.forget(batch, records as number[]);
      db.prepare("UPDATE batch SET state = 'refused' WHERE id = ?").run(batch.id);
    });
  }

  /** Forgets what was intended with some of a batch's records: they will be written by another one. */
  forget(batch: Pick<OpenBatch, "id">, records: readonly number[]): void {
    const { db } = this.#ledger;
    this.#ledger.transaction(() => {
      const unwait = db.prepare("DELETE FROM deferred WHERE record = ? AND batch = ?");
      const unwrite = db.prepare("DELETE FROM written WHERE record = ? AND batch = ?");
      for (const id of records) {
        this.#unname(id);
        unwait.run(id, batch.id);
        unwrite.run(id, batch.id);
      }
    });
  }

  /** Flags records for what was found. */
  flag(refused: readonly Refused[]): void {
    this.#ledger.transaction(() => {
      this.forgetNames(refused.flatMap(({ id, isGone }) => (isGone === true ? [id] : [])));
      for (const { id, issues } of refused) {
        for (const issue of issues) this.#addIssue({ ...issue, record: id, stage: "load" });
        const codes = new Set(issues.filter((i) => i.severity === "flag").map((i) => i.code));
        this.flagged([id], [...codes].toSorted().join(", "));
      }
    });
  }

  /** Ends records as flagged: they wait for a person. */
  flagged(records: readonly number[], reason: string): void {
    const { db } = this.#ledger;
    const end = db.prepare(
      "UPDATE record SET disposition = 'flagged', reason = ?, applied = NULL WHERE id = ?",
    );
    const unwait = db.prepare("DELETE FROM deferred WHERE record = ?");
    for (const id of records) {
      end.run(reason, id);
      unwait.run(id);
      this.#unname(id);
    }
  }

  /** Forgets what the target called records that are gone from it: what refers to them has nothing to refer to. */
  forgetNames(records: readonly number[]): void {
    const forget = this.#ledger.prepared(
      "UPDATE record SET targetKey = NULL, matched = NULL, run = NULL WHERE id = ?",
    );
    this.#ledger.transaction(() => {
      for (const id of records) forget.run(id);
    });
  }

  /** Takes the target's name from a record that this run was about to create. */
  #unname(record: number): void {
    this.#ledger.db
      .prepare(
        `UPDATE record SET targetKey = NULL, run = NULL
         WHERE id = ? AND matched IS NULL AND run = ? AND applied IS NULL`,
      )
      .run(record, this.#run);
  }

  #shape({ table, operation, columns, keyColumns }: WrittenRows): number {
    const told = [table.name, operation, JSON.stringify(columns), JSON.stringify(keyColumns)];
    const name = told.join(" ");
    let shape = this.#shapes.get(name);
    if (shape === undefined) {
      const { db } = this.#ledger;
      db.prepare(`INSERT OR IGNORE INTO shape ("table", operation, columns, key) VALUES (?, ?, ?, ?)`).run(
        told,
      );
      shape = db
        .prepare(`SELECT id FROM shape WHERE "table" = ? AND operation = ? AND columns = ? AND key = ?`)
        .pluck()
        .get(told) as number;
      this.#shapes.set(name, shape);
    }
    return shape;
  }
}
