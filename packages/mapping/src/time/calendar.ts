/**
 * Days, instants and their texts by arithmetic alone: the proleptic Gregorian calendar of ISO 8601,
 * years 0001 to 9999. Times are whole seconds since 1970-01-01T00:00:00Z.
 */

export const daySeconds = 86_400;

/** Days since 1970-01-01 of a calendar day that exists. */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The calendar day of days since 1970-01-01. */
export function dayOf(days: number): Day {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
  };
}

const monthDays = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether a day is in the calendar. */
export function dayExists(year: number, month: number, day: number): boolean {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  if (day <= monthDays[month]!) return true;
  return month === 2 && day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export const two: readonly string[] = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, "0"));

// Records of a migration share few days; the text of a day of this time is made once.
const lastKept = daysOf(2070, 1, 1);
const dayTexts: (string | undefined)[] = Array.from({ length: lastKept });

/** `2024-02-29` */
export function dayText(days: number): string {
  if (!(days >= 0 && days < lastKept)) return makeDayText(days);
  return (dayTexts[days] ??= makeDayText(days));
}

function makeDayText(days: number): string {
  const { year, month, day } = dayOf(days);
  return `${String(year).padStart(4, "0")}-${two[month]}-${two[day]}`;
}

export const firstSecond = daysOf(1, 1, 1) * daySeconds;
export const lastSecond = daysOf(9999, 12, 31) * daySeconds + daySeconds - 1;

const minuteTexts: readonly string[] = Array.from(
  { length: 1440 },
  (_, minute) => `T${two[Math.floor(minute / 60)]}:${two[minute % 60]}:`,
);
const secondTexts: readonly string[] = two.slice(0, 60).map((second) => `${second}Z`);

/** `2024-02-29T22:05:00Z`; `fraction` is the digits after the point, without trailing zeros. */
export function instantText(seconds: number, fraction = ""): string {
  const days = Math.floor(seconds / daySeconds);
  const rest = seconds - days * daySeconds;
  const minute = Math.floor(rest / 60);
  const second = rest - minute * 60;
  const text = dayText(days) + minuteTexts[minute]!;
  return text + (fraction === "" ? secondTexts[second]! : `${two[second]}.${fraction}Z`);
}

const digit = (text: string, i: number): number => text.charCodeAt(i) - 48;
const pair = (text: string, i: number): number => digit(text, i) * 10 + digit(text, i + 1);

/** Days since 1970-01-01 of a canonical date, or of the date a canonical instant begins with. */
export const daysOfText = (text: string): number =>
  daysOf(pair(text, 0) * 100 + pair(text, 2), pair(text, 5), pair(text, 8));

/** Seconds of a canonical instant, its fraction cut off. */
export const secondsOfInstant = (text: string): number =>
  daysOfText(text) * daySeconds + pair(text, 11) * 3600 + pair(text, 14) * 60 + pair(text, 17);

/** The digits after the point of a canonical instant; empty where there are none. */
export const fractionOfInstant = (text: string): string => (text.length > 20 ? text.slice(20, -1) : "");

const isDigits = (text: string, from: number, to: number): boolean => {
  for (let i = from; i < to; i += 1) {
    const d = text.charCodeAt(i) - 48;
    if (d < 0 || d > 9) return false;
  }
  return true;
};

/** Whether a text begins with a day that exists, `yyyy-MM-dd`. */
const beginsWithDay = (text: string): boolean =>
  text.charCodeAt(4) === 45 &&
  text.charCodeAt(7) === 45 &&
  isDigits(text, 0, 4) &&
  isDigits(text, 5, 7) &&
  isDigits(text, 8, 10) &&
  dayExists(pair(text, 0) * 100 + pair(text, 2), pair(text, 5), pair(text, 8));

const timeForm = /^T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{0,8}[1-9])?Z$/;

/** Whether a text is a canonical date of a day that exists. */
export const isDate = (text: string): boolean => text.length === 10 && beginsWithDay(text);

/** Whether a text is a canonical instant. */
export function isInstant(text: string): boolean {
  const { length } = text;
  if (length < 20 || length > 30 || !beginsWithDay(text)) return false;
  if (length > 20) return timeForm.test(text.slice(10));
  return (
    text.charCodeAt(10) === 84 &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58 &&
    text.charCodeAt(19) === 90 &&
    isDigits(text, 11, 13) &&
    isDigits(text, 14, 16) &&
    isDigits(text, 17, 19) &&
    pair(text, 11) < 24 &&
    pair(text, 14) < 60 &&
    pair(text, 17) < 60
  );
}
