import { entities, fieldNames, recordDecoder, type Disposition, type EntityName } from "@cutover/model";
import { filledFields, mappingsOf, type Ledger } from "@cutover/ledger";
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
  /** The run that made it in the target, or found it there; null while only planned or decided. */
  readonly run: number | null;
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
  /** Only records that this outbound mapping takes. */
  readonly outbound?: number | undefined;
  /** Only what no load has brought about yet, what waits for a reference to be filled, or what the target has no key for. */
  readonly still?: "unapplied" | "deferred" | "unnamed" | undefined;
  /** Only records in the temporary table `affected`: what a delta plans. */
  readonly affected?: boolean | undefined;
  /** Only records with a greater id: where an interrupted reader goes on. */
  readonly after?: number | undefined;
  readonly batchSize?: number | undefined;
}

const fixed = 9;

const fieldsOfKind = (entity: EntityName, kind: "ref" | "refs"): readonly string[] =>
  fieldNames(entity).filter((name) => entities[entity].fields[name]!.kind === kind);

/** Staged rows, their filled fields, and the records that their references lead to. */
function selectOutgoing(
  entity: EntityName,
  filled: readonly string[],
  where: string,
  affected: boolean,
): string {
  const columns = [
    "e.id",
    "r.mapping",
    "r.key",
    "r.disposition",
    "r.targetKey",
    "r.origin",
    "r.run",
    "r.outbound",
    "r.applied",
    ...filled.map((name) => `e."${name}"`),
    ...fieldsOfKind(entity, "ref").map((name) => `e."${name}Id"`),
  ];
  return `SELECT ${columns.join(", ")} FROM ${stagedOnes(entity, affected)}
    WHERE r.extraction = (SELECT id FROM extraction) AND ${where}`;
}

/** The few that are affected are not searched for among all. */
const stagedOnes = (entity: EntityName, affected: boolean): string =>
  affected
    ? `temp.affected a CROSS JOIN "${entity}" e ON e.id = a.id CROSS JOIN record r ON r.id = e.id`
    : `"${entity}" e CROSS JOIN record r ON r.id = e.id`;

function conditions({ dispositions, outbound, still }: OutgoingOptions): string {
  const among =
    dispositions === undefined
      ? "coalesce(r.disposition, '') NOT IN ('merged', 'excluded', 'flagged')"
      : `r.disposition IN (${dispositions.map((d) => `'${d}'`).join(", ")})`;
  const by = outbound === undefined ? "" : ` AND r.outbound = ${outbound}`;
  const left = {
    unapplied: " AND r.applied IS NULL",
    deferred: " AND e.id IN (SELECT record FROM deferred)",
    unnamed: " AND r.targetKey IS NULL",
  };
  return `${among}${by}${still === undefined ? "" : left[still]}`;
}

/** Where a reference leads: the canonical record, and what the target calls it. */
interface Lead {
  readonly canonical: number;
  readonly targetKey: string | null;
}

/** Leads that are kept in memory: people, courses and the like are referred to again and again. */
const mostLeads = 200_000;

/**
 * A function that follows a reference: record → canonical record → target key. What records of another
 * entity are called is settled before the entity at hand is read, and so is remembered.
 */
function leadFinder(ledger: Ledger, entity: EntityName): (to: EntityName, record: number) => Lead | null {
  const find = ledger.db.prepare(
    `SELECT c.canonical, t.targetKey FROM crosswalk c JOIN record t ON t.id = c.canonical WHERE c.record = ?`,
  );
  const all = ledger.db
    .prepare(
      `SELECT c.record, c.canonical, t.targetKey FROM crosswalk c CROSS JOIN record t ON t.id = c.canonical
       WHERE c.record IN (SELECT id FROM record WHERE mapping IN (SELECT id FROM mapping WHERE entity = ? AND direction = 'inbound'))
       LIMIT ${mostLeads}`,
    )
    .raw();
  const ask = (record: number): Lead | null => (find.get(record) as Lead | undefined) ?? null;
  const known = new Map<number, Lead | null>();
  const begun = new Set<EntityName>();
  /** All there are, at once: one by one they cost far more. */
  const begin = (to: EntityName): void => {
    begun.add(to);
    for (const [record, canonical, targetKey] of all.iterate(to) as Iterable<[number, number, string | null]>)
      known.set(record, { canonical, targetKey });
  };
  return (to, record) => {
    if (to === entity) return ask(record);
    if (!begun.has(to)) begin(to);
    let lead = known.get(record);
    if (lead === undefined) {
      if (known.size >= mostLeads) known.clear();
      known.set(record, (lead = ask(record)));
    }
    return lead;
  };
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

function decoder(
  ledger: Ledger,
  entity: EntityName,
  filled: readonly string[],
): (row: readonly unknown[]) => OutgoingRecord {
  const decode = recordDecoder(entity, filled, fixed);
  const from = fixed + filled.length;
  const refs = fieldsOfKind(entity, "ref").map((name) => ({
    name,
    to: entities[entity].fields[name]!.entity!,
  }));
  const lists = fieldsOfKind(entity, "refs");
  const resolve = listResolver(ledger);
  const follow = leadFinder(ledger, entity);
  const sides = new Map(mappingsOf(ledger).map(({ id, side }) => [id, side]));
  return (row) => {
    const mapping = row[1] as number;
    const side = sides.get(mapping)!;
    const record = decode(row);
    const targetKeys: Record<string, string | readonly string[] | null> = {};
    const leadsTo: Record<string, number | null> = {};
    for (let i = 0; i < refs.length; i += 1) {
      const { name, to } = refs[i]!;
      const id = row[from + i] as number | null;
      const lead = id === null ? null : follow(to, id);
      targetKeys[name] = lead === null ? null : lead.targetKey;
      leadsTo[name] = lead === null ? null : lead.canonical;
    }
    for (const name of lists) {
      const keys = record[name] as readonly string[] | null;
      targetKeys[name] = keys === null ? null : resolve(side, entities[entity].fields[name]!.entity!, keys);
    }
    return {
      id: row[0] as number,
      side,
      mapping,
      key: row[2] as string,
      disposition: row[3] as Disposition | null,
      targetKey: row[4] as string | null,
      origin: row[5] as OutgoingRecord["origin"],
      run: row[6] as number | null,
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
  const { batchSize: limit = 1000, affected = false } = options;
  const first = affected ? "a.id" : "e.id";
  const where = `${first} > ? AND ${conditions(options)} ORDER BY ${first} LIMIT ?`;
  const filled = filledFields(ledger, entity);
  const page = ledger.db.prepare(selectOutgoing(entity, filled, where, affected)).raw();
  const decode = decoder(ledger, entity, filled);
  let after = options.after ?? 0;
  for (;;) {
    const rows = page.all(after, limit) as unknown[][];
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(decode);
    after = last[0] as number;
  }
}

/** How many records `outgoing` would give. */
export const countOutgoing = (ledger: Ledger, entity: EntityName, options: OutgoingOptions): number =>
  ledger.db
    .prepare(
      `SELECT COUNT(*) FROM ${stagedOnes(entity, options.affected ?? false)}
       WHERE r.extraction = (SELECT id FROM extraction) AND ${conditions(options)}`,
    )
    .pluck()
    .get() as number;
