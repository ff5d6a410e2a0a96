import { isTold, type LedgerTotal, type Side } from "@cutover/intake";
import { readTotals, type Ledger, type Total, type TotalMoment } from "@cutover/ledger";
import { canonicalJson, type EntityName } from "@cutover/model";
import type { Expectation } from "./expectation.js";
import { fromScaled, parseMeasure, toScaled } from "./measures.js";

/** How two figures that should be the same stand; null where there are none to compare. */
type Tie = "ties" | "differs" | "not comparable" | null;

/**
 * A control total and whether it ties: the raw source with the ledger, and the raw target with what it
 * had before and what the ledger says was loaded.
 */
export interface TiedTotal {
  readonly entity: EntityName;
  readonly measure: string;
  readonly grouping: Readonly<Record<string, string>>;
  readonly source: string | null;
  readonly ledger: string | null;
  readonly before: string | null;
  readonly expected: string | null;
  readonly after: string | null;
  readonly atSource: Tie;
  readonly atTarget: Tie;
  /** Of both: true where all there is to compare agrees, null where some of it cannot be compared. */
  readonly ties: boolean | null;
}

/** Totals by measure and group. */
type Book = Map<string, string | null>;

const nameOf = (measure: string, group: string): string => `${measure}\u001f${group}`;

/** Control totals proper: the numbers of rows that intake counted of every extract are told elsewhere. */
export const controlTotals = (ledger: Ledger, side: Side, moment: TotalMoment): readonly Total[] =>
  readTotals(ledger, side.id, moment).filter(({ measure }) => !measure.startsWith("rows "));

function combine(entity: EntityName, measure: string, a: string | null, b: string | null): string | null {
  if (a === null || b === null) return a ?? b;
  const kind = parseMeasure(entity, measure)?.kind;
  if (kind === "count" || kind === "sum") return fromScaled(toScaled(a) + toScaled(b));
  return a < b === (kind === "first") ? a : b;
}

function bookOf(entity: EntityName, totals: readonly Total[]): Book {
  const book: Book = new Map();
  for (const { measure, grouping, value } of totals.filter((total) => total.entity === entity)) {
    const name = nameOf(measure, canonicalJson(grouping));
    book.set(name, combine(entity, measure, book.get(name) ?? null, value));
  }
  return book;
}

/** Nothing counted, nothing summed: a group that is not there. */
const isNothing = (value: string | null): boolean => value === null || value === "0";

const agree = (a: string | null, b: string | null): boolean => a === b || (isNothing(a) && isNothing(b));

/** Source records that a control total and the ledger may see in different groups, though nothing is wrong. */
interface Strangers {
  /** They have no canonical form, and so no group: they are left out by a rule, or flagged. */
  readonly unmapped: number;
  /** Their rows could not be read as rows: a plain query does not see them. */
  readonly unreadable: number;
}

function strangersOf(ledger: Ledger, sources: readonly Side[], entity: EntityName): Strangers {
  if (sources.length === 0) return { unmapped: 0, unreadable: 0 };
  const count = (condition: string): number =>
    ledger.db
      .prepare(
        `SELECT COUNT(*) FROM record r JOIN mapping m ON m.id = r.mapping
         WHERE m.entity = ? AND m.direction = 'inbound' AND m.side IN (${sources.map((s) => s.id).join(", ")})
           AND r.gone IS NULL AND r.disposition IN ('flagged', 'excluded') AND ${condition}`,
      )
      .pluck()
      .get(entity) as number;
  return {
    unmapped: count(`NOT EXISTS (SELECT 1 FROM "${entity}" e WHERE e.id = r.id)`),
    unreadable: count("EXISTS (SELECT 1 FROM issue i WHERE i.record = r.id AND i.stage = 'extract')"),
  };
}

/** Whether strangers may be in a group: none, some, or more than there are. */
type Room = "none" | "some" | "too few";

/**
 * How a group of the source may differ from the ledger's because of strangers: what the ledger could not map,
 * or not tell the group of, is one of any group in the source; what is unreadable is in none.
 */
function roomOf(source: Book, ledger: Book, group: string, { unmapped, unreadable }: Strangers): Room {
  if (unmapped + unreadable === 0) return "none";
  const count = nameOf("count", group);
  const own = ledger.get(count) ?? null;
  if (!source.has(count) && own === null) return "some";
  const more = toScaled(source.get(count) ?? null) - toScaled(own);
  if (more === 0n && unreadable === 0) return "none";
  if (hasNull(group)) return "some";
  let most = toScaled(String(unmapped));
  for (const [name, value] of ledger) {
    const [measure, other] = name.split("\u001f") as [string, string];
    if (measure === "count" && hasNull(other)) most += toScaled(value);
  }
  return more >= -toScaled(String(unreadable)) && more <= most ? "some" : "too few";
}

/** Whether a group is that of records without a value. */
const hasNull = (group: string): boolean =>
  Object.values(JSON.parse(group) as Record<string, string | null>).includes(null);

/**
 * Whether the raw source agrees with the ledger. Where a difference may be due to strangers, nothing is proved
 * or disproved by it; nor where the ledger cannot tell the group at all.
 */
function sourceTie(source: string | null, ledger: string | null, room: Room, isTellable: boolean): Tie {
  if (source === null && ledger === null) return null;
  if (agree(source, ledger)) return "ties";
  return isTellable && room !== "some" ? "differs" : "not comparable";
}

/** Whether the raw target is as expected; `expected` is undefined where that cannot be told. */
function targetTie(before: string | null, expected: string | null | undefined, after: string | null): Tie {
  if (before === null && after === null && isNothing(expected ?? null)) return null;
  if (expected === undefined) return "not comparable";
  return agree(expected, after) ? "ties" : "differs";
}

/** Two figures that nobody could compare prove nothing, whatever the other two say. */
function both(...ties: readonly Tie[]): boolean | null {
  if (ties.includes("differs")) return false;
  if (ties.includes("not comparable")) return null;
  // Where neither has a figure, both say that there is nothing.
  return true;
}

/** The ledger's own control totals, by the ids of the sources that they are compared with. */
type OwnTotals = ReadonlyMap<number, readonly LedgerTotal[]>;

/** What control totals are tied with: the sources', the ledger's own and the target's. */
export interface Ties {
  readonly ledger: Ledger;
  readonly sources: readonly Side[];
  readonly target: Side;
  readonly own: OwnTotals;
}

/** Ties the control totals of one entity. */
export function tieOut(
  { ledger, sources, target, own: ofLedger }: Ties,
  entity: EntityName,
  expectation: Expectation,
): readonly TiedTotal[] {
  const measuring = sources.filter((side) =>
    controlTotals(ledger, side, "source").some((t) => t.entity === entity),
  );
  const source = bookOf(
    entity,
    measuring.flatMap((side) => controlTotals(ledger, side, "source")),
  );
  const own = bookOf(
    entity,
    measuring.flatMap(({ id }) => ofLedger.get(id) ?? []),
  );
  const before = bookOf(entity, controlTotals(ledger, target, "before"));
  const after = bookOf(entity, controlTotals(ledger, target, "after"));
  const strangers = strangersOf(ledger, measuring, entity);
  const wasEmpty = ledger.db.prepare(`SELECT 1 FROM "before_${entity}" LIMIT 1`).get() === undefined;
  const measuresTarget = after.size > 0 || before.size > 0;

  const names = new Set([...source.keys(), ...own.keys(), ...before.keys(), ...after.keys()]);
  for (const group of expectation.groups) {
    for (const { measure } of controlTotals(ledger, target, "after").filter((t) => t.entity === entity)) {
      names.add(nameOf(measure, group));
    }
  }
  return [...names].toSorted().map((name) => {
    const [measure, group] = name.split("\u001f") as [string, string];
    const grouping = JSON.parse(group) as Record<string, string | null>;
    const known = measuresTarget && (before.size > 0 || wasEmpty);
    const expected = known ? expectation.of(group, measure, before.get(name) ?? null) : undefined;
    const isTellable = Object.keys(grouping).every((g) => isTold(entity, g));
    const room = roomOf(source, own, group, strangers);
    const atSource =
      measuring.length === 0
        ? null
        : sourceTie(source.get(name) ?? null, own.get(name) ?? null, room, isTellable);
    const atTarget = measuresTarget
      ? targetTie(before.get(name) ?? null, expected, after.get(name) ?? null)
      : null;
    return {
      entity,
      measure,
      grouping: Object.fromEntries(Object.entries(grouping).map(([k, v]) => [k, v ?? ""])),
      source: source.get(name) ?? null,
      ledger: own.get(name) ?? null,
      before: before.get(name) ?? null,
      expected: expected ?? null,
      after: after.get(name) ?? null,
      atSource,
      atTarget,
      ties: both(atSource, atTarget),
    };
  });
}
