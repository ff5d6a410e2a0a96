import {
  decodeRecord,
  encodeRecord,
  fieldNames,
  hashRow,
  singleReferences,
  type CanonicalRecord,
  type Disposition,
  type EntityName,
  type IssueCode,
} from "@cutover/model";
import { bulkInsert, type InsertedRow } from "./bulk-insert.js";
import { FilledFields } from "./filled-fields.js";
import { issueWriter, type IssueStage } from "./issues.js";
import type { Ledger } from "./ledger.js";
import { referenceFinder } from "./reference-finder.js";
import { eachStretch } from "./stretches.js";

/** One pair of source record and mapping, on its way into the ledger. */
export interface StagedInput {
  readonly key: string;
  /** Line or record number in the extract. */
  readonly at: number;
  /** Null where the row was excluded or could not be mapped. */
  readonly record: CanonicalRecord | null;
  readonly disposition: Extract<Disposition, "excluded" | "flagged"> | null;
  readonly reason: string | null;
  readonly issues: readonly {
    readonly code: IssueCode;
    readonly severity: "flag" | "warning";
    readonly stage: IssueStage;
    readonly field: string | null;
    readonly note: string | null;
    readonly raw?: string | null | undefined;
  }[];
}

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");

interface Encoded {
  readonly input: StagedInput;
  readonly staged: StagedRow | null;
  readonly hash: Buffer | null;
}

/** What a staging table has of a record. */
interface StagedRow {
  /** The canonical form: the values of all fields. */
  readonly row: InsertedRow;
  /** The records that its references lead to. */
  readonly leads: readonly (number | null)[];
}

/** A function that adds rows to a staging table. */
function stagedInserter(
  ledger: Ledger,
  entity: EntityName,
  references: readonly string[],
): (rows: readonly (readonly [id: number, staged: StagedRow])[]) => void {
  const names = fieldNames(entity);
  const filled = new FilledFields(ledger, entity);
  const inserterOf = (places: readonly number[]) => ({
    places,
    insert: bulkInsert(ledger, entity, ["id", ...places.map((place) => names[place]!), ...references]),
  });
  let inserter = inserterOf([]);
  return (rows) => {
    let places = inserter.places;
    for (const [, { row }] of rows) places = filled.of(row);
    if (places !== inserter.places) inserter = inserterOf(places);
    inserter.insert(
      rows.map(([id, { row, leads }]) => {
        const values: InsertedRow[number][] = [id];
        for (let i = 0; i < places.length; i += 1) values.push(row[places[i]!]!);
        for (let i = 0; i < leads.length; i += 1) values.push(leads[i]!);
        return values;
      }),
    );
  };
}

/**
 * A function that stages records of a mapping and returns their ids: the ones they had before, where the
 * same keys came in an earlier extraction. Call it inside large transactions.
 */
export function recordWriter(
  ledger: Ledger,
  mapping: number,
  entity: EntityName,
  extraction: number,
): (inputs: readonly StagedInput[]) => readonly number[] {
  const { db } = ledger;
  const recordColumns = [
    "id",
    "mapping",
    "key",
    "occurrence",
    "at",
    "hash",
    "disposition",
    "reason",
    "extraction",
  ];
  const addRecords = bulkInsert(
    ledger,
    "record",
    recordColumns,
    "ON CONFLICT (mapping, key, occurrence) DO NOTHING",
  );
  const references = referenceFinder(ledger, mapping, entity, extraction);
  const addStaged = stagedInserter(ledger, entity, references.columns);
  const addIssue = issueWriter(ledger);
  const lastId = db
    .prepare("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'record'")
    .pluck();
  const added = db.prepare("SELECT id FROM record WHERE id BETWEEN ? AND ?").pluck();
  const find = db
    .prepare("SELECT id, hash, extraction FROM record WHERE mapping = ? AND key = ? AND occurrence = ?")
    .raw();
  const findAll = db
    .prepare(
      `SELECT key, id, at, hash, extraction FROM record
       WHERE mapping = ? AND key IN (SELECT value FROM json_each(?)) AND occurrence = 1`,
    )
    .raw();
  const renew = db.prepare(
    `UPDATE record SET at = @at, settled = CASE WHEN hash IS @hash AND @disposition IS NULL THEN settled END,
       hash = @hash, disposition = @disposition, reason = @reason, applied = NULL, extraction = @extraction
     WHERE id = @id`,
  );
  const keep = db.prepare(
    `UPDATE record SET disposition = NULL, reason = NULL, applied = NULL, extraction = ?
     WHERE id BETWEEN ? AND ?`,
  );
  const lastOccurrence = db
    .prepare("SELECT max(occurrence) FROM record WHERE mapping = ? AND key = ? AND extraction = ?")
    .pluck();
  const unstage = db.prepare(`DELETE FROM "${entity}" WHERE id = ?`);
  const known =
    db.prepare("SELECT EXISTS (SELECT 1 FROM record WHERE mapping = ?)").pluck().get(mapping) === 1;

  const recordRow = (id: number, { input, hash }: Encoded, occurrence: number): InsertedRow => [
    id,
    mapping,
    input.key,
    occurrence,
    input.at,
    hash,
    input.disposition,
    input.reason,
    extraction,
  ];

  /** Where the key may be known: its id is found, and its staged row is left alone where its content is the same. */
  const stageOne = (record: Encoded): number => {
    const { input, hash, staged } = record;
    for (let occurrence = 1; ;) {
      const [id, before, seen] = (find.get(mapping, input.key, occurrence) ?? []) as [
        number?,
        (Buffer | null)?,
        number?,
      ];
      if (seen === extraction) {
        // It came in this very extraction: the key came twice.
        occurrence = (lastOccurrence.get(mapping, input.key, extraction) as number) + 1;
      } else if (id === undefined) {
        const fresh = (lastId.get() as number) + 1;
        addRecords([recordRow(fresh, record, occurrence)]);
        if (staged !== null) addStaged([[fresh, staged]]);
        return fresh;
      } else {
        const { at, disposition, reason } = input;
        renew.run({ at, hash, disposition, reason, extraction, id });
        if (hash === null || before === null || !hash.equals(before!)) {
          unstage.run(id);
          if (staged !== null) addStaged([[id, staged]]);
        }
        return id;
      }
    }
  };

  /** Where the mapping is new: ids are given out beforehand, and only keys that came twice need a look. */
  const stageNew = (records: readonly Encoded[]): readonly number[] => {
    const first = (lastId.get() as number) + 1;
    const ids = records.map((_, i) => first + i);
    const inserted = addRecords(records.map((record, i) => recordRow(first + i, record, 1)));
    const there =
      inserted === records.length ? null : new Set(added.all(first, first + records.length) as number[]);
    const isNew = (i: number): boolean => there === null || there.has(first + i);
    addStaged(
      records.flatMap(({ staged }, i) => (staged !== null && isNew(i) ? [[first + i, staged] as const] : [])),
    );
    return ids.map((id, i) => (isNew(i) ? id : stageOne(records[i]!)));
  };

  /**
   * Where the mapping was extracted before: what is as it was is only said to be there still, what is new
   * goes the way of the new, and the rest is looked at one by one.
   */
  const stageAgain = (records: readonly Encoded[]): readonly number[] => {
    const rows = findAll.all(mapping, JSON.stringify(records.map(({ input }) => input.key))) as [
      string,
      number,
      number,
      Buffer | null,
      number,
    ][];
    const before = new Map(rows.map((row) => [row[0], row]));
    const seen = new Set<string>();
    const [same, fresh, others]: [number[], number[], number[]] = [[], [], []];
    const ids = records.map(({ input, hash }, i) => {
      const [, id, at, was, extracted] = before.get(input.key) ?? [];
      const isAgain = seen.has(input.key);
      seen.add(input.key);
      if (isAgain || extracted === extraction) others.push(i);
      else if (id === undefined) fresh.push(i);
      else if (at !== input.at || input.disposition !== null || hash === null || was?.equals(hash) !== true)
        others.push(i);
      else same.push(id);
      return id ?? 0;
    });
    eachStretch(same, (first, last) => keep.run(extraction, first, last));
    const added = stageNew(fresh.map((i) => records[i]!));
    fresh.forEach((i, k) => (ids[i] = added[k]!));
    for (const i of others) ids[i] = stageOne(records[i]!);
    return ids;
  };

  const encode = (input: StagedInput): Encoded => {
    const { record } = input;
    if (record === null) return { input, staged: null, hash: null };
    const row = encodeRecord(entity, record);
    return { input, staged: { row, leads: references.find(record) }, hash: hashRow(row) };
  };

  return (inputs) => {
    const records = inputs.map(encode);
    const ids = known ? stageAgain(records) : stageNew(records);
    inputs.forEach(({ issues }, i) => {
      for (const issue of issues) addIssue({ ...issue, record: ids[i]! });
    });
    return ids;
  };
}

/** A staged record as the ledger has it. */
export interface StagedRecord {
  readonly id: number;
  readonly mapping: number;
  readonly key: string;
  readonly occurrence: number;
  readonly disposition: Disposition | null;
  readonly record: CanonicalRecord;
}

/** Staged records by id, after `after`, `limit` at most: pages, so that the reader may write in between. */
export function readStaged(
  ledger: Ledger,
  entity: EntityName,
  after = 0,
  limit = 1000,
): readonly StagedRecord[] {
  const fields = fieldNames(entity);
  const rows = ledger.db
    .prepare(
      `SELECT r.id, r.mapping, r.key, r.occurrence, r.disposition, ${fields.map((f) => `e."${f}"`).join(", ")}
       FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
       WHERE e.id > ? AND r.extraction = (SELECT id FROM extraction) ORDER BY e.id LIMIT ?`,
    )
    .raw()
    .all(after, limit) as unknown[][];
  return rows.map(([id, mapping, key, occurrence, disposition, ...values]) => ({
    id: id as number,
    mapping: mapping as number,
    key: key as string,
    occurrence: occurrence as number,
    disposition: disposition as Disposition | null,
    record: decodeRecord(entity, values),
  }));
}

/** The staged form of one record; null where it was excluded before it was mapped, or could not be mapped. */
export function stagedRecord(ledger: Ledger, entity: EntityName, id: number): CanonicalRecord | null {
  const row = ledger
    .prepared(`SELECT ${quoted(fieldNames(entity))} FROM "${entity}" WHERE id = ?`)
    .raw()
    .get(id) as unknown[] | undefined;
  return row === undefined ? null : decodeRecord(entity, row);
}

/**
 * Changes a staged record (an override, a field that another source wins) and its content hash with it,
 * so that the digest of what is staged always tells what would be loaded. A reference that changes
 * leads nowhere until it is resolved anew.
 */
export function restage(ledger: Ledger, entity: EntityName, id: number, record: CanonicalRecord): void {
  const row = encodeRecord(entity, record);
  new FilledFields(ledger, entity).of(row);
  const references = singleReferences(entity);
  ledger
    .prepared(
      `UPDATE "${entity}" SET ${[
        ...fieldNames(entity).map((f) => `"${f}" = ?`),
        ...references.map(({ field }) => `"${field}Id" = CASE WHEN "${field}" IS ? THEN "${field}Id" END`),
      ].join(", ")} WHERE id = ?`,
    )
    .run(...row, ...references.map(({ field }) => record[field] as string | null), id);
  ledger
    .prepared(
      "UPDATE record SET settled = CASE WHEN hash IS @hash THEN settled END, hash = @hash WHERE id = @id",
    )
    .run({ hash: hashRow(row), id });
}
