import { entities, decodeRecord, fieldNames, type Disposition, type EntityName } from "@cutover/model";
import type { Ledger } from "@cutover/ledger";
import type { Outgoing } from "@cutover/mapping";

/** A staged record on its way to the target. */
export interface OutgoingRecord {
  /** The canonical id. */
  readonly id: number;
  readonly side: number;
  readonly mapping: number;
  /** The source's key. */
  readonly key: string;
  readonly disposition: Disposition | null;
  /** What the target calls it; null until it exists there. */
  readonly targetKey: string | null;
  readonly origin: "matched" | "created" | null;
  /** The outbound mapping that takes it; null until the plan chose one. */
  readonly outbound: number | null;
  /** Whether a load has brought it about. */
  readonly isApplied: boolean;
  /** The canonical ids that single references lead to; null where there is none. */
  readonly leadsTo: Readonly<Record<string, number | null>>;
  readonly out: Outgoing;
}

export interface OutgoingOptions {
  /** Which records; by default those that live on under their own name: not merged, excluded or flagged. */
  readonly dispositions?: readonly Disposition[] | undefined;
  /** Only records with a greater id: where an interrupted reader goes on. */
  readonly after?: number | undefined;
  readonly batchSize?: number | undefined;
}

const fixed = 9;

const fieldsOfKind = (entity: EntityName, kind: "ref" | "refs"): readonly string[] =>
  fieldNames(entity).filter((name) => entities[entity].fields[name]!.kind === kind);

/** Staged rows with the target keys of their references: record → canonical id → target key. */
function selectOutgoing(entity: EntityName, where: string): string {
  const refs = fieldsOfKind(entity, "ref");
  const columns = [
    "e.id",
    "m.side",
    "r.mapping",
    "r.key",
    "r.disposition",
    "own.targetKey",
    "own.origin",
    "own.outbound",
    "r.applied",
    ...fieldNames(entity).map((name) => `e."${name}"`),
    ...refs.flatMap((name) => [`"to ${name}".targetKey`, `"of ${name}".canonical`]),
  ];
  const joins = refs.map(
    (name) =>
      `LEFT JOIN crosswalk "of ${name}" ON "of ${name}".record = e."${name}Id"
       LEFT JOIN crosswalk "to ${name}" ON "to ${name}".record = "of ${name}".canonical`,
  );
  return `SELECT ${columns.join(", ")} FROM "${entity}" e
    JOIN record r ON r.id = e.id JOIN mapping m ON m.id = r.mapping
    LEFT JOIN crosswalk own ON own.record = e.id
    ${joins.join("\n")}
    WHERE r.extraction = (SELECT id FROM extraction) AND ${where}`;
}

/** A function that finds target keys of the records of a `refs` field; keys the target lacks are left out. */
function listResolver(
  ledger: Ledger,
): (side: number, entity: EntityName, keys: readonly string[]) => readonly string[] {
  const find = ledger.db
    .prepare(
      `SELECT t.targetKey FROM mapping m
       JOIN record r ON r.mapping = m.id AND r.key = ?
       JOIN crosswalk c ON c.record = r.id
       JOIN crosswalk t ON t.record = c.canonical
       WHERE m.side = ? AND m.direction = 'inbound' AND m.entity = ?
         AND r.extraction = (SELECT id FROM extraction) AND t.targetKey IS NOT NULL
       ORDER BY m.id, r.occurrence LIMIT 1`,
    )
    .pluck();
  return (side, entity, keys) =>
    keys.flatMap((key) => {
      const found = find.get(key, side, entity) as string | undefined;
      return found === undefined ? [] : [found];
    });
}

function decoder(ledger: Ledger, entity: EntityName): (row: readonly unknown[]) => OutgoingRecord {
  const names = fieldNames(entity);
  const refs = fieldsOfKind(entity, "ref");
  const lists = fieldsOfKind(entity, "refs");
  const resolve = listResolver(ledger);
  return (row) => {
    const side = row[1] as number;
    const record = decodeRecord(entity, row, fixed);
    const targetKeys: Record<string, string | readonly string[] | null> = {};
    const leadsTo: Record<string, number | null> = {};
    refs.forEach((name, i) => {
      const at = fixed + names.length + 2 * i;
      targetKeys[name] = row[at] as string | null;
      leadsTo[name] = row[at + 1] as number | null;
    });
    for (const name of lists) {
      const keys = record[name] as readonly string[] | null;
      targetKeys[name] = keys === null ? null : resolve(side, entities[entity].fields[name]!.entity!, keys);
    }
    return {
      id: row[0] as number,
      side,
      mapping: row[2] as number,
      key: row[3] as string,
      disposition: row[4] as Disposition | null,
      targetKey: row[5] as string | null,
      origin: row[6] as OutgoingRecord["origin"],
      outbound: row[7] as number | null,
      isApplied: row[8] !== null,
      leadsTo,
      out: { record, targetKeys },
    };
  };
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
  const among =
    options.dispositions === undefined
      ? "coalesce(r.disposition, '') NOT IN ('merged', 'excluded', 'flagged')"
      : `r.disposition IN (${options.dispositions.map((d) => `'${d}'`).join(", ")})`;
  const limit = options.batchSize ?? 1000;
  const page = ledger.db.prepare(selectOutgoing(entity, `e.id > ? AND ${among} ORDER BY e.id LIMIT ?`)).raw();
  const decode = decoder(ledger, entity);
  let after = options.after ?? 0;
  for (;;) {
    const rows = page.all(after, limit) as unknown[][];
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(decode);
    after = last[0] as number;
  }
}

/** The same for named records, whatever their disposition, in the order of their ids. */
export function outgoingOf(
  ledger: Ledger,
  entity: EntityName,
  ids: readonly number[],
): readonly OutgoingRecord[] {
  const rows = ledger.db
    .prepare(selectOutgoing(entity, "e.id IN (SELECT value FROM json_each(?)) ORDER BY e.id"))
    .raw()
    .all(JSON.stringify(ids)) as unknown[][];
  return rows.map(decoder(ledger, entity));
}
