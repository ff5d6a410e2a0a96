import { hashBytes, type EntityName } from "@cutover/model";
import { bulkInsert, type InsertedRow } from "./bulk-insert.js";
import { fill } from "./filled-fields.js";
import { Inserters } from "./inserters.js";
import { issueWriter } from "./issues.js";
import type { Ledger } from "./ledger.js";
import { shifter } from "./pages.js";
import { referenceFinder } from "./reference-finder.js";
import { hashAt } from "./record-columns.js";
import type { StagedBatch } from "./staged-batch.js";
import type { Seen } from "./seen.js";
import { eachStretch } from "./stretches.js";

/** A batch with what the writer asks of its records again and again. */
interface Incoming {
  readonly batch: StagedBatch;
  readonly isMapped: (place: number) => boolean;
  readonly endOf: (place: number) => Pick<StagedBatch["ends"][number], "disposition" | "reason">;
  /** The records that references lead to, column by column. */
  readonly leads: readonly (readonly (number | null)[])[];
}

/** A record as it is known. */
type Known = readonly [id: number, at: number, hash: Buffer | null, gone: number | null];

const open = { disposition: null, reason: null } as const;

function incoming(batch: StagedBatch, leads: Incoming["leads"]): Incoming {
  const unmapped = new Set(batch.unmapped);
  const ends = new Map(batch.ends.map((end) => [end.place, end]));
  return {
    batch,
    isMapped: unmapped.size === 0 ? () => true : (place) => !unmapped.has(place),
    endOf: ends.size === 0 ? () => open : (place) => ends.get(place) ?? open,
    leads,
  };
}

const hashOf = ({ batch, isMapped }: Incoming, place: number): Buffer | null =>
  isMapped(place) ? hashAt(batch.hashes, place) : null;

const recordColumns = ["id", "mapping", "key", "occurrence", "at", "hash", "disposition", "reason"];

/** Whether records of a mapping were ever staged. */
export const isKnown = (ledger: Ledger, mapping: number): boolean =>
  ledger.db.prepare("SELECT EXISTS (SELECT 1 FROM record WHERE mapping = ?)").pluck().get(mapping) === 1;

/**
 * A function that stages records of a mapping and returns their ids: the ones they had before, where the
 * same keys came in an earlier extraction. Call it inside large transactions. `known`: whether there was
 * one; `placed`: whether the rows' numbers are those of the whole extract.
 */
export function recordWriter(
  ledger: Ledger,
  mapping: number,
  entity: EntityName,
  seen: Seen,
  known = isKnown(ledger, mapping),
  placed = true,
): (batch: StagedBatch) => readonly number[] {
  const { db } = ledger;
  const conflict = "ON CONFLICT (mapping, key, occurrence) DO NOTHING";
  const addRecords = bulkInsert(ledger, "record", recordColumns, { conflict });
  const fixed = { mapping, occurrence: 1 };
  const once = { counted: ["id"], bytes: { hash: hashBytes } };
  const addSound = bulkInsert(ledger, "record", ["key", "at"], { conflict, fixed, once });
  const references = referenceFinder(ledger, mapping, entity);
  const staged = new Inserters(ledger, entity, ["id", ...references.columns]);
  const filled = new Set<string>();
  const addIssue = issueWriter(ledger);
  const lastId = db
    .prepare("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'record'")
    .pluck();
  const added = db.prepare("SELECT id FROM record WHERE id BETWEEN ? AND ?").pluck();
  const find = db
    .prepare("SELECT id, at, hash, gone FROM record WHERE mapping = ? AND key = ? AND occurrence = ?")
    .raw();
  const findAll = db
    .prepare(
      `SELECT id, at, hash, gone, key FROM record
       WHERE mapping = ? AND key IN (SELECT value FROM json_each(?)) AND occurrence = 1`,
    )
    .raw();
  const renew = db.prepare(
    `UPDATE record SET at = @at,
       settled = CASE WHEN hash IS @hash AND @disposition IS NULL THEN settled END,
       outbound = CASE WHEN hash IS @hash AND @disposition IS NULL THEN outbound END,
       hash = @hash, disposition = @disposition, reason = @reason, applied = NULL, gone = NULL
     WHERE id = @id`,
  );
  const shift = shifter(ledger, mapping);
  // What mapping found wrong with a record before is found anew; a delta counts on what checks found.
  const forget = db.prepare(
    "DELETE FROM issue WHERE record IN (SELECT value FROM json_each(?)) AND stage IN ('extract', 'map')",
  );
  const hasIssues = known && db.prepare("SELECT 1 FROM issue LIMIT 1").get() !== undefined;
  const unstage = db.prepare(`DELETE FROM "${entity}" WHERE id IN (SELECT value FROM json_each(?))`);
  const recordRow = (records: Incoming, place: number, id: number, occurrence: number): InsertedRow => {
    const { keys, at } = records.batch;
    const { disposition, reason } = records.endOf(place);
    const hash = hashOf(records, place);
    return [id, mapping, keys[place]!, occurrence, at[place]!, hash, disposition, reason];
  };

  /** Gives records their staged rows, those that have a canonical form. */
  const addStaged = (records: Incoming, places: readonly number[], ids: readonly number[]): void => {
    const { columns, unmapped } = records.batch;
    const mapped = places.map((_, i) => i);
    const rows = unmapped.length === 0 ? mapped : mapped.filter((i) => records.isMapped(places[i]!));
    const given = [...records.leads, ...columns.map(({ values }) => values)];
    staged.insert(columns, {
      length: rows.length,
      put: (values, n) => {
        const i = rows[n]!;
        values.push(ids[i]!);
        for (let k = 0; k < given.length; k += 1) values.push(given[k]![places[i]!]!);
      },
    });
  };

  /** Adds records with their ids; a batch of which there is nothing to say but what they are, the shorter way. */
  const addFirst = (records: Incoming, places: readonly number[], ids: readonly number[]): number => {
    const { keys, at, ends, unmapped, hashes } = records.batch;
    if (ends.length > 0 || unmapped.length > 0 || places.length < keys.length)
      return addRecords(places.map((place, i) => recordRow(records, place, ids[i]!, 1)));
    return addSound({
      length: keys.length,
      put: (values, place) => void values.push(keys[place]!, at[place]!),
      once: { id: ids[0]!, hash: hashes },
    });
  };

  const before = (key: string, occurrence: number): Known | undefined =>
    find.get(mapping, key, occurrence) as Known | undefined;

  /** Which of the records with a key comes next: those that came in this extraction are the first ones. */
  const nextOccurrence = (key: string): number => {
    const came = (occurrence: number): boolean => seen.has(before(key, occurrence)?.[0] ?? 0);
    let most = 1;
    while (came(most)) most *= 2;
    let least = most >>> 1;
    while (least + 1 < most) {
      const middle = (least + most) >>> 1;
      if (came(middle)) least = middle;
      else most = middle;
    }
    return most;
  };

  /**
   * Renews records that are known. The staged rows are left alone of those that have the same content, and the
   * numbers of all where the rows' are not those of the extract.
   */
  const renewAll = (records: Incoming, places: readonly number[], rows: readonly Known[]): void => {
    const changed: number[] = [];
    places.forEach((place, i) => {
      const [id, line, was] = rows[i]!;
      const hash = hashOf(records, place);
      const { disposition, reason } = records.endOf(place);
      renew.run({ at: placed ? records.batch.at[place] : line, hash, disposition, reason, id });
      if (hash === null || was === null || !hash.equals(was)) changed.push(i);
      seen.add(id);
    });
    if (changed.length === 0) return;
    const ids = changed.map((i) => rows[i]![0]);
    unstage.run(JSON.stringify(ids));
    addStaged(
      records,
      changed.map((i) => places[i]!),
      ids,
    );
  };

  /** Where the key may be known: its id is found. */
  const stageOne = (records: Incoming, place: number): number => {
    const key = records.batch.keys[place]!;
    const occurrence = nextOccurrence(key);
    const found = before(key, occurrence);
    if (found === undefined) {
      const fresh = (lastId.get() as number) + 1;
      addRecords([recordRow(records, place, fresh, occurrence)]);
      addStaged(records, [place], [fresh]);
      seen.add(fresh);
      return fresh;
    }
    renewAll(records, [place], [found]);
    return found[0];
  };

  /** Where the mapping is new: ids are given out beforehand, and only keys that came twice need a look. */
  const stageNew = (records: Incoming, places: readonly number[]): readonly number[] => {
    const first = (lastId.get() as number) + 1;
    const ids = places.map((_, i) => first + i);
    const inserted = addFirst(records, places, ids);
    if (inserted === places.length) {
      addStaged(records, places, ids);
      for (const id of ids) seen.add(id);
      return ids;
    }
    const there = new Set(added.all(first, first + places.length) as number[]);
    const fresh = ids.flatMap((id, i) => (there.has(id) ? [i] : []));
    addStaged(
      records,
      fresh.map((i) => places[i]!),
      fresh.map((i) => ids[i]!),
    );
    for (const id of there) seen.add(id);
    return ids.map((id, i) => (there.has(id) ? id : stageOne(records, places[i]!)));
  };

  /**
   * Where the mapping was extracted before: of what is as it was nothing is written, unless it stands elsewhere
   * now; what is new goes the way of the new, what changed is renewed, and what has a key that came before is
   * looked at one by one.
   */
  const stageAgain = (records: Incoming, places: readonly number[]): readonly number[] => {
    const { keys, at } = records.batch;
    const rows = findAll.all(mapping, JSON.stringify(keys)) as (readonly [...Known, key: string])[];
    const known = new Map<string, Known>(
      rows.map(([id, line, was, gone, key]) => [key, [id, line, was, gone]]),
    );
    const [fresh, changed, others]: [number[], number[], number[]] = [[], [], []];
    const moved = new Map<number, number[]>();
    const coming = new Set<string>();
    const ids = places.map((place) => {
      const key = keys[place]!;
      const [id, line, was, gone] = known.get(key) ?? [];
      const isAgain = coming.has(key);
      coming.add(key);
      const hash = hashOf(records, place);
      if (isAgain || (id !== undefined && seen.has(id))) others.push(place);
      else if (id === undefined) fresh.push(place);
      else if (
        gone !== null ||
        records.endOf(place).disposition !== null ||
        hash === null ||
        was?.equals(hash) !== true
      )
        changed.push(place);
      else {
        seen.add(id);
        const by = placed ? at[place]! - line! : 0;
        if (by !== 0) {
          const alike = moved.get(by);
          if (alike === undefined) moved.set(by, [id]);
          else alike.push(id);
        }
      }
      return id ?? 0;
    });
    for (const [by, some] of moved) eachStretch(some, (first, last) => shift(first, last, by));
    const added = stageNew(records, fresh);
    fresh.forEach((place, i) => (ids[place] = added[i]!));
    renewAll(
      records,
      changed,
      changed.map((place) => known.get(keys[place]!)!),
    );
    for (const place of others) ids[place] = stageOne(records, place);
    return ids;
  };

  return (batch) => {
    const fresh = batch.columns.flatMap(({ field }) => (filled.has(field) ? [] : [field]));
    fill(ledger, entity, fresh);
    for (const field of fresh) filled.add(field);
    const records = incoming(batch, references.find(batch));
    const places = batch.keys.map((_, place) => place);
    const ids = known ? stageAgain(records, places) : stageNew(records, places);
    if (hasIssues) forget.run(JSON.stringify(ids));
    for (const { place, ...issue } of batch.issues) addIssue({ ...issue, record: ids[place]! });
    return ids;
  };
}
