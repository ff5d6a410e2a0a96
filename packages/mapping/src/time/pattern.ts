import { dayExists, dayOf, daysOf, daySeconds, two } from "./calendar.js";
import { monthNames, weekdayNames } from "./names.js";

/**
 * Date patterns of Unicode Technical Standard 35, compiled to a reader and a writer that go through a
 * text once, from left to right. `'quoted'` text stands for itself, `[...]` may be absent.
 */
export interface DatePattern {
  /** It has a time of day. */
  readonly timed: boolean;
  /** It has an offset or a zone of its own. */
  readonly zoned: boolean;
  /** What a text says, or null where it is not of the pattern or the day does not exist. Reused: read it at once. */
  parse(text: string): Parsed | null;
  /** A local time as text; `offset` in seconds east of UTC. */
  format(local: number, fraction: string, offset: number): string;
}

export interface Parsed {
  /** Seconds of the local time since 1970-01-01T00:00:00. */
  local: number;
  /** Digits after the point of the second, without trailing zeros. */
  fraction: string;
  /** Seconds east of UTC; NaN where the text does not say. */
  offset: number;
  /** A zone's name; empty where the text does not say. */
  zone: string;
  /** Whether a time of day was there. */
  timed: boolean;
}

/** What is wrong with a pattern. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

/** What has been read so far; one for all, since reading is never interrupted. */
const read = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, half: -1, weekday: -1 };
const parsed: Parsed = { local: 0, fraction: "", offset: Number.NaN, zone: "", timed: false };

/** The hour of a pattern whose time is optional and was not there. */
const absent = -1;

type Field = "year" | "month" | "day" | "hour" | "minute" | "second";

/** Reads from a place and gives the place after, or -1. */
type Reader = (text: string, at: number) => number;
type Writer = (moment: Moment) => string;

interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly days: number;
  readonly fraction: string;
  readonly offset: number;
}

interface Part {
  readonly read: Reader;
  readonly write: Writer;
  /** Of a part that takes the same room in every text: a number of so many digits, or what stands there. */
  readonly fixed?: { readonly field: Field; readonly width: number } | string;
}

function digits(text: string, at: number, least: number, most: number): { end: number; value: number } {
  let value = 0;
  let i = at;
  while (i < text.length && i - at < most) {
    const d = text.charCodeAt(i) - 48;
    if (d < 0 || d > 9) break;
    value = value * 10 + d;
    i += 1;
  }
  found.end = i - at < least ? -1 : i;
  found.value = value;
  return found;
}
const found = { end: 0, value: 0 };

function number(field: Field, least: number, most: number, of = (m: Moment): number => m[field]): Part {
  const width = least;
  return {
    read: (text, at) => {
      const { end, value } = digits(text, at, least, most);
      read[field] = value;
      return end;
    },
    write: (m) => String(of(m)).padStart(width, "0"),
    ...(least === most ? { fixed: { field, width } } : {}),
  };
}

function name(names: readonly string[], set: (index: number) => void, of: (m: Moment) => number): Part {
  // Longer names first, so that "June" is not read as "Jun" followed by an "e".
  const order = names
    .map((text, index) => ({ text: text.toLowerCase(), index }))
    .toSorted((a, b) => b.text.length - a.text.length);
  return {
    read: (text, at) => {
      for (const { text: wanted, index } of order) {
        if (text.slice(at, at + wanted.length).toLowerCase() !== wanted) continue;
        set(index);
        return at + wanted.length;
      }
      return -1;
    },
    write: (m) => names[of(m)]!,
  };
}

function literal(wanted: string): Part {
  return {
    read: (text, at) => (text.startsWith(wanted, at) ? at + wanted.length : -1),
    write: () => wanted,
    fixed: wanted,
  };
}

function fraction(width: number): Part {
  const [least, most] = width === 1 ? [1, 9] : [width, width];
  return {
    read: (text, at) => {
      const { end } = digits(text, at, least, most);
      if (end < 0) return -1;
      let last = end;
      while (last > at && text.charCodeAt(last - 1) === 48) last -= 1;
      parsed.fraction = text.slice(at, last);
      return end;
    },
    write: (m) => (width === 1 ? m.fraction || "0" : m.fraction.padEnd(width, "0").slice(0, width)),
  };
}

/** `+01:00`, `+0100`, `+01`; and `Z` where the pattern allows it. */
function offset(letter: string, width: number): Part {
  const colon = width === 3 || width === 5 || (letter === "Z" && width === 5);
  const z = letter === "X" || width === 5;
  return {
    read: (text, at) => {
      const sign = text[at];
      if (z && (sign === "Z" || sign === "z")) {
        parsed.offset = 0;
        return at + 1;
      }
      if (sign !== "+" && sign !== "-") return -1;
      let { end, value } = digits(text, at + 1, 2, 2);
      const hours = value;
      if (end < 0) return -1;
      let minutes = 0;
      if (width > 1 || isDigit(text, end)) {
        if (colon) {
          if (text[end] !== ":") return -1;
          end += 1;
        }
        ({ end, value } = digits(text, end, 2, 2));
        if (end < 0 || value > 59) return -1;
        minutes = value;
      }
      if (hours > 18) return -1;
      parsed.offset = (sign === "-" ? -1 : 1) * (hours * 3600 + minutes * 60);
      return end;
    },
    write: (m) => {
      if (z && m.offset === 0) return "Z";
      const minutes = Math.round(Math.abs(m.offset) / 60);
      return `${m.offset < 0 ? "-" : "+"}${two[Math.floor(minutes / 60)]}${colon ? ":" : ""}${two[minutes % 60]}`;
    },
  };
}

const isDigit = (text: string, at: number): boolean => {
  const d = text.charCodeAt(at) - 48;
  return d >= 0 && d <= 9;
};

/** A zone's own name. Abbreviations such as CST mean several zones and are not read. */
const zoneName: Part = {
  read: (text, at) => {
    let i = at;
    while (i < text.length && /[A-Za-z0-9_+\-/:]/.test(text[i]!)) i += 1;
    const word = text.slice(at, i);
    if (word === "Z" || word === "UTC" || word === "GMT" || word === "UT") parsed.offset = 0;
    else if (word.includes("/") && word.length <= 64) parsed.zone = word;
    else return -1;
    return i;
  },
  write: () => "UTC",
};

const half: Part = {
  read: (text, at) => {
    const word = /^([ap])\.?m\.?/i.exec(text.slice(at, at + 4));
    if (word === null) return -1;
    read.half = word[1]!.toLowerCase() === "a" ? 0 : 1;
    return at + word[0].length;
  },
  write: (m) => (m.hour < 12 ? "AM" : "PM"),
};

/** POSIX: 69 to 99 are 1969 to 1999, 00 to 68 are 2000 to 2068. */
const shortYear: Part = {
  read: (text, at) => {
    const { end, value } = digits(text, at, 2, 2);
    read.year = value + (value < 69 ? 2000 : 1900);
    return end;
  },
  write: (m) => two[m.year % 100]!,
};

const hour12 = (m: Moment): number => (m.hour % 12 === 0 ? 12 : m.hour % 12);

function token(letter: string, width: number): Part | null {
  const numeric = (field: Field, of?: (m: Moment) => number): Part | null =>
    width > 2 ? null : number(field, width, 2, of);
  switch (letter) {
    case "y":
    case "u":
      return width === 2 ? shortYear : width === 1 || width === 4 ? number("year", 4, 4) : null;
    case "M":
    case "L":
      if (width > 4) return null;
      return width < 3
        ? numeric("month")
        : name(
            monthNames[width === 3 ? "short" : "long"],
            (i) => (read.month = i + 1),
            (m) => m.month - 1,
          );
    case "d":
      return numeric("day");
    case "E":
      if (width > 4) return null;
      return name(
        weekdayNames[width === 4 ? "long" : "short"],
        (i) => (read.weekday = i),
        (m) => weekday(m.days),
      );
    case "H":
      return numeric("hour");
    case "h":
      return numeric("hour", hour12);
    case "m":
      return numeric("minute");
    case "s":
      return numeric("second");
    case "S":
      return width > 9 ? null : fraction(width);
    case "a":
      return width === 1 ? half : null;
    case "X":
    case "x":
      return width > 3 ? null : offset(letter, width);
    case "Z":
      return width <= 3 ? offset("Z", 2) : width === 5 ? offset("Z", 5) : null;
    case "z":
    case "V":
      return zoneName;
    default:
      return null;
  }
}

/** 0 is Sunday. */
const weekday = (days: number): number => (((days + 4) % 7) + 7) % 7;

interface Group {
  readonly parts: (Part | Group)[];
}

const isGroup = (part: Part | Group): part is Group => "parts" in part;

function readParts(parts: readonly (Part | Group)[], text: string, start: number): number {
  let at = start;
  for (const part of parts) {
    if (!isGroup(part)) {
      at = part.read(text, at);
      if (at < 0) return -1;
      continue;
    }
    // An optional part is there whole or not at all; what it had read is taken back by `keep`.
    const kept = { ...read };
    const { fraction: keptFraction, offset: keptOffset, zone: keptZone } = parsed;
    const after = readParts(part.parts, text, at);
    if (after >= 0) at = after;
    else {
      Object.assign(read, kept);
      Object.assign(parsed, { fraction: keptFraction, offset: keptOffset, zone: keptZone });
    }
  }
  return at;
}

function numberIn(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i += 1) value = value * 10 + text.charCodeAt(i) - 48;
  return value;
}

/**
 * A reader of texts in which every part has its place, null where one has not: it takes half of going from part
 * to part.
 */
function fixedReader(parts: readonly (Part | Group)[]): ((text: string) => boolean) | null {
  const numbers: Partial<Record<Field, readonly [from: number, to: number]>> = {};
  /** The character that stands at each place; a digit where it is negative. */
  const wanted: number[] = [];
  for (const part of parts) {
    if (isGroup(part) || part.fixed === undefined) return null;
    const { fixed } = part;
    const from = wanted.length;
    if (typeof fixed === "string") {
      for (let i = 0; i < fixed.length; i += 1) wanted.push(fixed.charCodeAt(i));
    } else {
      for (let i = 0; i < fixed.width; i += 1) wanted.push(-1);
      numbers[fixed.field] = [from, wanted.length];
    }
  }
  const { length } = wanted;
  const { year, month, day, hour, minute, second } = numbers;
  return (text) => {
    if (text.length !== length) return false;
    for (let i = 0; i < length; i += 1) {
      const code = text.charCodeAt(i);
      const is = wanted[i]!;
      if (is < 0 ? code < 48 || code > 57 : code !== is) return false;
    }
    // Field by field: to ask for them by their names takes as long as all the rest.
    if (year !== undefined) read.year = numberIn(text, year[0], year[1]);
    if (month !== undefined) read.month = numberIn(text, month[0], month[1]);
    if (day !== undefined) read.day = numberIn(text, day[0], day[1]);
    if (hour !== undefined) read.hour = numberIn(text, hour[0], hour[1]);
    if (minute !== undefined) read.minute = numberIn(text, minute[0], minute[1]);
    if (second !== undefined) read.second = numberIn(text, second[0], second[1]);
    return true;
  };
}

const writeParts = (parts: readonly (Part | Group)[], moment: Moment): string =>
  parts.map((part) => (isGroup(part) ? writeParts(part.parts, moment) : part.write(moment))).join("");

/** Compiles a pattern. Throws PatternError with what is wrong with it. */
export function compileDatePattern(pattern: string): DatePattern {
  const { parts, letters } = parsePattern(pattern);
  const has = (wanted: string): boolean => wanted.split("").some((letter) => letters.has(letter));
  for (const [wanted, what] of [
    ["yu", "year (yyyy)"],
    ["ML", "month (MM)"],
    ["d", "day (dd)"],
  ] as const) {
    if (!has(wanted)) throw new PatternError(`the pattern has no ${what}`);
  }
  if (has("h") && !has("a")) throw new PatternError("hours 1 to 12 (hh) need a half of the day (a)");
  if (has("a") && has("H"))
    throw new PatternError("hours 0 to 23 (HH) contradict a half of the day (a): use hh");
  if (has("m") && !has("Hh")) throw new PatternError("minutes without hours");
  const timed = has("Hh");
  const readFixed = fixedReader(parts);

  return {
    timed,
    zoned: has("XxZzV"),
    parse: (text) => {
      read.year = 0;
      read.month = read.day = 1;
      read.hour = timed ? absent : 0;
      read.minute = read.second = 0;
      read.half = read.weekday = -1;
      parsed.fraction = parsed.zone = "";
      parsed.offset = Number.NaN;
      const isRead = readFixed === null ? readParts(parts, text, 0) === text.length : readFixed(text);
      return isRead ? finish(timed) : null;
    },
    format: (local, secondFraction, offsetSeconds) => {
      const days = Math.floor(local / daySeconds);
      const rest = local - days * daySeconds;
      return writeParts(parts, {
        ...dayOf(days),
        days,
        hour: Math.floor(rest / 3600),
        minute: Math.floor(rest / 60) % 60,
        second: rest % 60,
        fraction: secondFraction,
        offset: offsetSeconds,
      });
    },
  };
}

function finish(timed: boolean): Parsed | null {
  if (!dayExists(read.year, read.month, read.day)) return null;
  const days = daysOf(read.year, read.month, read.day);
  if (read.weekday >= 0 && read.weekday !== weekday(days)) return null;
  parsed.timed = timed && read.hour !== absent;
  let hour = parsed.timed ? read.hour : 0;
  if (read.half >= 0) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + read.half * 12;
  }
  if (hour > 23 || read.minute > 59 || read.second > 59) return null;
  parsed.local = days * daySeconds + hour * 3600 + read.minute * 60 + read.second;
  return parsed;
}

function parsePattern(pattern: string): { parts: (Part | Group)[]; letters: ReadonlySet<string> } {
  const letters = new Set<string>();
  const stack: Group[] = [{ parts: [] }];
  const add = (part: Part | Group): void => void stack.at(-1)!.parts.push(part);
  let i = 0;
  while (i < pattern.length) {
    const character = pattern[i]!;
    if (character === "'") {
      const end = pattern.indexOf("'", i + 1);
      if (end < 0) throw new PatternError("a quote (') is not closed");
      add(literal(end === i + 1 ? "'" : pattern.slice(i + 1, end)));
      i = end + 1;
    } else if (character === "[") {
      stack.push({ parts: [] });
      i += 1;
    } else if (character === "]") {
      if (stack.length === 1) throw new PatternError("a ] has no [");
      const group = stack.pop()!;
      add(group);
      i += 1;
    } else if (/[A-Za-z]/.test(character)) {
      let end = i + 1;
      while (pattern[end] === character) end += 1;
      const part = token(character, end - i);
      if (part === null)
        throw new PatternError(
          `"${pattern.slice(i, end)}" is no date token; text that stands for itself is put in quotes: 'T'`,
        );
      letters.add(character);
      add(part);
      i = end;
    } else {
      add(literal(character));
      i += 1;
    }
  }
  if (stack.length > 1) throw new PatternError("a [ is not closed");
  return { parts: stack[0]!.parts, letters };
}
