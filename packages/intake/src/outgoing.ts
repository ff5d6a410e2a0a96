import type { Disposition, EntityName } from "@cutover/model";
import { filledFields, isUnsettledIndexed, mappingsOf, type Ledger } from "@cutover/ledger";
import type { Outgoing } from "@cutover/mapping";
import { outgoingColumns, outgoingDecoder } from "./outgoing-rows.js";

/** A staged record as the target has to have it. */
export interface SentRecord {
  /** The canonical id. */
  readonly id: number;
  readonly disposition: Disposition | null;
  /** What the target calls it; null until it exists there. */
  readonly targetKey: string | null;
  /** The outbound mapping that takes it; null until the plan chose one. */
  readonly outbound: number | null;
  /** Whether a load has brought it about. */
  readonly isApplied: boolean;
  readonly out: Outgoing;
}

/** A staged record and where its references lead. */
export interface LedRecord {
  /** The canonical id. */
  readonly id: number;
  readonly out: Outgoing;
  /** The canonical ids that single references lead to; null where there is none. */
  readonly leadsTo: Readonly<Record<string, number | null>>;
}

/** A staged record on its way to the target. */
export interface OutgoingRecord extends SentRecord, LedRecord {
  readonly side: number;
  readonly mapping: number;
  /** The source's key. */
  readonly key: string;
  /** The run that made it in the target, or found it there; null while only planned or decided. */
  readonly run: number | null;
}

export interface OutgoingOptions {
  /** Which records; by default those that live on under their own name: not merged, excluded or flagged. */
  readonly dispositions?: readonly Disposition[] | undefined;
  /** Only records that this outbound mapping takes. */
  readonly outbound?: number | undefined;
  /** Only what no load has brought about yet, what waits for a reference to be filled, what the target has no key for, or whose end is open. */
  readonly still?: "unapplied" | "deferred" | "unnamed" | "open" | undefined;
  /** Only records in the temporary table `affected`: what a delta plans. */
  readonly affected?: boolean | undefined;
  /** Only records with a greater id: where an interrupted reader goes on. */
  readonly after?: number | undefined;
  readonly batchSize?: number | undefined;
}

/** Columns that come before the fields. */
const fixed = ["e.id", "r.mapping", "r.disposition", "r.targetKey", "r.outbound", "r.applied"] as const;

/** Columns that come last, where they are asked for. */
const whole = ["r.key", "r.run"] as const;

/**
 * A function that reads these columns of a page's staged rows, of the records after an id, up to another where
 * it is given. Nothing stays open: the caller may write, also to what is being read.
 */
export function rowReader(
  ledger: Ledger,
  entity: EntityName,
  options: OutgoingOptions,
  columns: readonly string[],
): (after: number, upto?: number | null) => readonly (readonly unknown[])[] {
  const { batchSize: limit = 1000 } = options;
  const { from, first } = among(ledger, entity, options);
  const [before, greatest] = boundsOf(ledger, entity);
  const page = ledger.db
    .prepare(
      `SELECT ${columns.join(", ")} FROM ${from}
       WHERE r.gone IS NULL AND ${first} > ? AND ${first} <= ? AND ${conditions(entity, options)}
       ORDER BY ${first} LIMIT ?`,
    )
    .raw();
  return (after, upto) => page.all(Math.max(after, before), upto ?? greatest, limit) as unknown[][];
}

/** Where records are looked for, and the column that tells their order. */
interface Among {
  readonly from: string;
  readonly first: string;
}

/**
 * The few that are affected, or that wait for a reference, are not searched for among all; of those that
 * something is still to be done with, only they are joined with what is staged of them. Records are gone
 * through by their ids, from where the page before ended: by any other index each page would begin with all.
 */
function among(ledger: Ledger, entity: EntityName, { affected = false, still }: OutgoingOptions): Among {
  const staged = `"${entity}" e`;
  if (affected) {
    return {
      from: `temp.affected a CROSS JOIN ${staged} ON e.id = a.id CROSS JOIN record r ON r.id = e.id`,
      first: "a.id",
    };
  }
  if (still === "deferred") {
    return {
      from: `deferred d CROSS JOIN ${staged} ON e.id = d.record CROSS JOIN record r ON r.id = e.id`,
      first: "d.record",
    };
  }
  if (still === "unapplied" && isUnsettledIndexed(ledger)) {
    return {
      from: `record r INDEXED BY record_unsettled CROSS JOIN ${staged} ON e.id = r.id`,
      first: "r.id",
    };
  }
  return still === undefined
    ? { from: `${staged} CROSS JOIN record r ON r.id = e.id`, first: "e.id" }
    : { from: `record r NOT INDEXED CROSS JOIN ${staged} ON e.id = r.id`, first: "r.id" };
}

/** The ids between which all records of an entity are. */
function boundsOf(ledger: Ledger, entity: EntityName): readonly [before: number, last: number] {
  const [least, greatest] = ledger.db
    .prepare(`SELECT (SELECT min(id) FROM "${entity}"), (SELECT max(id) FROM "${entity}")`)
    .raw()
    .get() as [number | null, number | null];
  return [(least ?? 1) - 1, greatest ?? 0];
}

/** Records that live on under their own name: not merged, excluded or flagged. */
const awaited = "coalesce(r.disposition, '') NOT IN ('merged', 'excluded', 'flagged')";

function conditions(entity: EntityName, { dispositions, outbound, still }: OutgoingOptions): string {
  const ends =
    dispositions === undefined
      ? awaited
      : `r.disposition IN (${dispositions.map((d) => `'${d}'`).join(", ")})`;
  const by = outbound === undefined ? "" : ` AND r.outbound = ${outbound}`;
  const left = {
    // What the target is known to hold waits for nothing.
    unapplied: "r.settled IS NULL AND r.applied IS NULL AND ",
    deferred: "",
    unnamed: "r.targetKey IS NULL AND ",
    open: "r.disposition IS NULL AND ",
  };
  const mapped = `r.mapping IN (SELECT id FROM mapping WHERE entity = '${entity}' AND direction = 'inbound')`;
  // What leaves the fewest is asked first.
  return `${still === undefined ? "" : left[still]}${ends}${by} AND ${mapped}`;
}

type Decode<T> = (row: readonly unknown[]) => T;

/** How rows are decoded, by the function that makes of them what goes out and by the place after its columns. */
type DecodeBy<T> = (out: ReturnType<typeof outgoingDecoder>, last: number) => Decode<T>;

const toSent: DecodeBy<SentRecord> = (out) => (row) => ({
  id: row[0] as number,
  disposition: row[2] as Disposition | null,
  targetKey: row[3] as string | null,
  outbound: row[4] as number | null,
  isApplied: row[5] !== null,
  out: out(row),
});

const toOutgoing =
  (sides: ReadonlyMap<number, number>): DecodeBy<OutgoingRecord> =>
  (out, last) =>
  (row) => {
    const leadsTo: Record<string, number | null> = {};
    const mapping = row[1] as number;
    return {
      id: row[0] as number,
      side: sides.get(mapping)!,
      mapping,
      key: row[last] as string,
      disposition: row[2] as Disposition | null,
      targetKey: row[3] as string | null,
      run: row[last + 1] as number | null,
      outbound: row[4] as number | null,
      isApplied: row[5] !== null,
      leadsTo,
      out: out(row, leadsTo),
    };
  };

/** Reads a page: records from those after an id, up to another where it is given; empty after the last. */
type ReadPage<T> = (after: number, upto?: number | null) => readonly T[];

function pageReader<T>(
  ledger: Ledger,
  entity: EntityName,
  options: OutgoingOptions,
  besides: readonly string[],
  decodeBy: DecodeBy<T>,
): ReadPage<T> {
  const filled = filledFields(ledger, entity);
  const columns = outgoingColumns(entity, filled);
  const read = rowReader(ledger, entity, options, [...fixed, ...columns, ...besides]);
  const decode = decodeBy(
    outgoingDecoder(ledger, entity, filled, fixed.length),
    fixed.length + columns.length,
  );
  return (after, upto) => read(after, upto).map(decode);
}

/**
 * Staged records of an entity with what their references are called in the target, in batches ordered
 * by id. Nothing stays open between batches: the caller may write, also to what is being read.
 */
export function* outgoing(
  ledger: Ledger,
  entity: EntityName,
  options: OutgoingOptions = {},
): Generator<readonly OutgoingRecord[], void, undefined> {
  const sides = new Map(mappingsOf(ledger).map(({ id, side }) => [id, side]));
  const read = pageReader(ledger, entity, options, whole, toOutgoing(sides));
  for (let after = options.after ?? 0; ;) {
    const page = read(after);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.id;
  }
}

/** A function that reads pages of the same without what is of use only on the way there. */
export const sentReader = (
  ledger: Ledger,
  entity: EntityName,
  options: OutgoingOptions = {},
): ReadPage<SentRecord> => pageReader(ledger, entity, options, [], toSent);

/** How many records `outgoing` would give. */
export function countOutgoing(ledger: Ledger, entity: EntityName, options: OutgoingOptions): number {
  const { from, first } = among(ledger, entity, options);
  return ledger.db
    .prepare(
      `SELECT COUNT(*) FROM ${from}
       WHERE r.gone IS NULL AND ${first} > ? AND ${first} <= ? AND ${conditions(entity, options)}`,
    )
    .pluck()
    .get(boundsOf(ledger, entity)) as number;
}
