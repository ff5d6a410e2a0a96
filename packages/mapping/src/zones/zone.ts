import { daySeconds, daysOf } from "../time/calendar.js";
import { offsetsOf, type OffsetAt } from "./offsets.js";

/** A time zone: local time and UTC, both in seconds since 1970-01-01T00:00:00, by arithmetic on a table. */
export interface Zone {
  readonly name: string;
  /** Seconds east of UTC at a UTC time. */
  offsetAt(utc: number): number;
  /** The UTC time of a local time; NaN where there is none or more than one. */
  toUtc(local: number): number;
  /** Every UTC time of a local time, the earlier first: none in a gap, two in an overlap. */
  candidates(local: number): readonly number[];
  /** The first instant of the local day (days since 1970-01-01), which a gap can put after midnight. */
  startOfDay(days: number): number;
  /** The last whole second of the local day. */
  endOfDay(days: number): number;
}

/** Spans of one offset that cover a year with days to spare, so that local times at its ends are in it. */
interface Year {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly offsets: readonly number[];
}

/**
 * Offsets are probed this often. No zone has left an offset and come back to it sooner: the shortest time
 * was seven days, in America/Boa_Vista in October 2000.
 */
const step = 4 * daySeconds;
const margin = 3 * daySeconds;

class TableZone implements Zone {
  readonly name: string;
  readonly #offset: OffsetAt;
  readonly #years = new Map<number, Year>();
  #lastYear = Number.NaN;
  #last: Year = { starts: [], ends: [], offsets: [] };

  constructor(name: string, offset: OffsetAt) {
    this.name = name;
    this.#offset = offset;
  }

  #yearOf(seconds: number): Year {
    // Which year exactly does not matter near its ends, since tables overlap: 365.2425 days will do.
    const year = Math.floor(seconds / 31_556_952) + 1970;
    if (year === this.#lastYear) return this.#last;
    let table = this.#years.get(year);
    if (table === undefined) {
      table = probe(
        this.#offset,
        daysOf(year, 1, 1) * daySeconds - margin,
        daysOf(year + 1, 1, 1) * daySeconds + margin,
      );
      this.#years.set(year, table);
    }
    this.#lastYear = year;
    this.#last = table;
    return table;
  }

  offsetAt(utc: number): number {
    const { starts, offsets } = this.#yearOf(utc);
    let i = starts.length - 1;
    while (i > 0 && utc < starts[i]!) i -= 1;
    return offsets[i]!;
  }

  toUtc(local: number): number {
    const { starts, ends, offsets } = this.#yearOf(local);
    let found = Number.NaN;
    for (let i = 0; i < starts.length; i += 1) {
      const utc = local - offsets[i]!;
      if (utc < starts[i]! || utc >= ends[i]!) continue;
      if (found === found) return Number.NaN;
      found = utc;
    }
    return found;
  }

  candidates(local: number): readonly number[] {
    const { starts, ends, offsets } = this.#yearOf(local);
    return offsets
      .map((offset, i) => ({ utc: local - offset, i }))
      .filter(({ utc, i }) => utc >= starts[i]! && utc < ends[i]!)
      .map(({ utc }) => utc)
      .toSorted((a, b) => a - b);
  }

  startOfDay(days: number): number {
    const midnight = days * daySeconds;
    const [first] = this.candidates(midnight);
    if (first !== undefined) return first;
    // Midnight fell into a gap: the day begins where the gap ends, which is where its offset changes.
    const { starts, ends, offsets } = this.#yearOf(midnight);
    const i = ends.findIndex((end, k) => midnight - offsets[k]! >= end && midnight - offsets[k + 1]! < end);
    return i < 0 ? midnight - this.offsetAt(midnight) : starts[i + 1]!;
  }

  endOfDay(days: number): number {
    return this.startOfDay(days + 1) - 1;
  }
}

function probe(offset: OffsetAt, from: number, to: number): Year {
  const starts = [-Infinity];
  const offsets = [offset(from)];
  for (let at = from; at < to; at += step) {
    let before = offsets.at(-1)!;
    const end = Math.min(at + step, to);
    const after = offset(end);
    let low = at;
    while (before !== after) {
      // Between low and end the offset changes, perhaps more than once: find the first change, then look again.
      let high = end;
      while (high - low > 1) {
        const middle = low + Math.floor((high - low) / 2);
        if (offset(middle) === before) low = middle;
        else high = middle;
      }
      before = offset(high);
      starts.push(high);
      offsets.push(before);
      low = high;
    }
  }
  return { starts, ends: [...starts.slice(1), Infinity], offsets };
}

class FixedZone implements Zone {
  readonly name: string;
  readonly #offset: number;

  constructor(name: string, offset: number) {
    this.name = name;
    this.#offset = offset;
  }

  offsetAt(): number {
    return this.#offset;
  }

  toUtc(local: number): number {
    return local - this.#offset;
  }

  candidates(local: number): readonly number[] {
    return [local - this.#offset];
  }

  startOfDay(days: number): number {
    return days * daySeconds - this.#offset;
  }

  endOfDay(days: number): number {
    return this.startOfDay(days + 1) - 1;
  }
}

export const utc: Zone = new FixedZone("UTC", 0);

const known = new Map<string, Zone | null>(["UTC", "Etc/UTC", "GMT", "Z"].map((name) => [name, utc]));
const knownKept = 5_000;
const fixed = /^([+-])(\d\d):?(\d\d)$/;

/** The zone of an IANA name (`Europe/Berlin`) or a fixed offset (`+05:30`); null where there is none. */
export function zoneOf(name: string): Zone | null {
  let zone = known.get(name);
  if (zone === undefined) {
    zone = make(name);
    // Names may come from a column: a hostile one must not fill the memory.
    if (known.size < knownKept) known.set(name, zone);
  }
  return zone;
}

function make(name: string): Zone | null {
  const parts = fixed.exec(name);
  if (parts !== null) {
    const seconds = Number(parts[2]) * 3600 + Number(parts[3]) * 60;
    if (Number(parts[3]) > 59 || seconds > 18 * 3600) return null;
    return new FixedZone(name, parts[1] === "-" ? -seconds : seconds);
  }
  if (name.length > 64) return null;
  const offset = offsetsOf(name);
  return offset === null ? null : new TableZone(name, offset);
}
