import { DateTime, IANAZone } from "luxon";

const zone = IANAZone.create("Europe/Berlin");
const years = { from: 1971, to: 2100 } as const;
const daysPerMonth = 32;
/** From this hour on a day's clocks have been turned, if they are that day. */
const turnedBy = 4;
const unknown = 0x7fffffff;

const secondsPerDay = 86_400;

/** Minutes ahead of UTC, the longer part of a day. */
const offsetOf = (year: number, month: number, day: number): number =>
  zone.offset(Date.UTC(year, month - 1, day, 12));

const number = (text: string, at: number): number =>
  text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 48 * 11;

/** Days and local times as MariaDB writes them. Each month is asked for once: its clocks are turned once at most. */
export class LocalTimes {
  readonly #offsets = new Int32Array((years.to - years.from) * 12 * daysPerMonth).fill(unknown);
  /** Seconds since 1970 of each day's beginning, had UTC it then. */
  readonly #starts = new Float64Array(this.#offsets.length);
  readonly #turning = new Set<number>();

  /** Whether it is a day that exists, `2024-02-29`. */
  isDay(text: string): boolean {
    return this.#placeOf(text) >= 0;
  }

  /** Seconds since 1970 of `2024-02-29 22:05:00`; null where it is no time, or twice or never was one. */
  seconds(text: string): number | null {
    const place = this.#placeOf(text);
    if (place < 0) return null;
    const hour = number(text, 11);
    if (hour < turnedBy && this.#turning.has(place)) return slowly(text);
    const inDay = hour * 3600 + number(text, 14) * 60 + number(text, 17);
    return this.#starts[place]! + inDay - this.#offsets[place]! * 60;
  }

  #placeOf(text: string): number {
    const year = number(text, 0) * 100 + number(text, 2);
    const month = number(text, 5);
    const day = number(text, 8);
    if (!(year >= years.from && year < years.to && month >= 1 && month <= 12 && day >= 1 && day <= 31))
      return -1;
    const first = ((year - years.from) * 12 + month - 1) * daysPerMonth;
    if (this.#offsets[first] === unknown) this.#ask(year, month, first);
    return this.#offsets[first + day] === unknown ? -1 : first + day;
  }

  #ask(year: number, month: number, first: number): void {
    const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const before = offsetOf(year, month, 1);
    const after = offsetOf(year, month, days);
    const turns = before === after ? days + 1 : turningDay(year, month, days, after);
    if (before !== after) this.#turning.add(first + turns);
    this.#offsets[first] = 0;
    for (let day = 1; day <= days; day += 1) {
      this.#offsets[first + day] = day < turns ? before : after;
      this.#starts[first + day] = Date.UTC(year, month - 1, 1) / 1000 + (day - 1) * secondsPerDay;
    }
  }
}

/** The first day of a month whose offset is the one of its last. */
function turningDay(year: number, month: number, days: number, after: number): number {
  let [least, most] = [1, days];
  while (least < most) {
    const middle = (least + most) >>> 1;
    if (offsetOf(year, month, middle) === after) most = middle;
    else least = middle + 1;
  }
  return least;
}

/** The hours in which clocks are turned. */
function slowly(text: string): number | null {
  const time = DateTime.fromSQL(text, { zone });
  const isPlain = time.isValid && time.toFormat("yyyy-MM-dd HH:mm:ss") === text;
  return isPlain && time.getPossibleOffsets().length === 1 ? time.toSeconds() : null;
}
