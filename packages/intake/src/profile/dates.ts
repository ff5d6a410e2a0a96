import { Sightings, Tally } from "./tally.js";
import type { DateProfile } from "./types.js";

/** A day read out of a text. `first` and `second` are what stands before and after where the order is not told. */
interface Read {
  readonly form: string;
  readonly year: number;
  readonly first: number;
  readonly second: number;
  readonly order: "md" | "dm" | "?";
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const time = "(?:[T ,]+\\d{1,2}:\\d{2}.*)?";
const iso = new RegExp(`^(\\d{4})([-/.]?)(\\d{2})\\2(\\d{2})(${time})$`, "i");
const numbers = new RegExp(`^(\\d{1,2})([-/.])(\\d{1,2})\\2(\\d{4})(${time})$`, "i");
const dayName = new RegExp(`^(\\d{1,2})([- .]+)([A-Za-z]{3,9})[- .,]+(\\d{4})(${time})$`, "i");
const nameDay = new RegExp(`^([A-Za-z]{3,9})([- .]+)(\\d{1,2})[- .,]+(\\d{4})(${time})$`, "i");

const monthOf = (name: string): number => months.indexOf(name.slice(0, 3).toLowerCase()) + 1;
const timed = (form: string, rest: string | undefined): string => (rest ? `${form} HH:mm` : form);

function read(text: string): Read | null {
  if (text.length < 8 || text.length > 40) return null;
  let found = iso.exec(text);
  if (found !== null) {
    const [, year, sep, month, day, rest] = found;
    if (sep === "" && (text.length !== 8 || !/^(?:1[89]|2[01]|9999)/.test(text))) return null;
    // Eight digits are a number unless they are a day that exists.
    if (sep === "" && !exists(Number(year), Number(month), Number(day))) return null;
    const form = timed(`yyyy${sep}MM${sep}dd`, rest);
    return { form, year: Number(year), first: Number(month), second: Number(day), order: "md" };
  }
  found = numbers.exec(text);
  if (found !== null) {
    const [, first, sep, second, year, rest] = found;
    const order = sep === "." ? "dm" : "?";
    const form = timed(order === "dm" ? "dd.MM.yyyy" : `##${sep}##${sep}yyyy`, rest);
    return { form, year: Number(year), first: Number(first), second: Number(second), order };
  }
  found = dayName.exec(text);
  if (found !== null && monthOf(found[3]!) > 0) {
    const form = timed(`dd${found[2]}MMM${found[2]}yyyy`, found[5]);
    return { form, year: Number(found[4]), first: Number(found[1]), second: monthOf(found[3]!), order: "dm" };
  }
  found = nameDay.exec(text);
  if (found !== null && monthOf(found[1]!) > 0) {
    const form = timed(`MMM${found[2]}dd${found[2]}yyyy`, found[5]);
    return { form, year: Number(found[4]), first: monthOf(found[1]!), second: Number(found[3]), order: "md" };
  }
  return null;
}

const placeholders = new Set([
  "0000-00-00",
  "0001-01-01",
  "1111-11-11",
  "1753-01-01",
  "1899-12-30",
  "1899-12-31",
  "1900-01-00",
  "1900-01-01",
  "1970-01-01",
  "2099-12-31",
  "2999-12-31",
  "9999-01-01",
  "9999-12-31",
]);

const daysOf = (year: number, month: number): number =>
  month === 2
    ? year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
      ? 29
      : 28
    : [4, 6, 9, 11].includes(month)
      ? 30
      : 31;
const exists = (year: number, month: number, day: number): boolean =>
  month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
const written = (year: number, month: number, day: number): string =>
  `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

class Range {
  first: string | null = null;
  last: string | null = null;

  add(day: string): void {
    if (this.first === null || day < this.first) this.first = day;
    if (this.last === null || day > this.last) this.last = day;
  }
}

/** Recognizes dates among a column's texts, in whatever form; the order of day and month is known only at the end. */
export class DateFinder {
  readonly #forms = new Tally(20);
  /** The range if two numbers are month and day, and if they are day and month. */
  readonly #monthFirst = new Range();
  readonly #dayFirst = new Range();
  #provesDayFirst = 0;
  #provesMonthFirst = 0;
  #unordered = 0;
  count = 0;
  readonly placeholders = new Sightings();
  readonly impossible = new Sightings();

  add(text: string, at: number): boolean {
    const date = read(text);
    if (date === null) return false;
    this.count++;
    this.#forms.add(date.form);
    const { year, first, second, order } = date;
    const monthDay = written(year, first, second);
    const dayMonth = written(year, second, first);
    if (
      placeholders.has(order === "dm" ? dayMonth : monthDay) ||
      (order === "?" && placeholders.has(dayMonth))
    ) {
      this.placeholders.add(at);
      return true;
    }
    const asMonthDay = order !== "dm" && exists(year, first, second);
    const asDayMonth = order !== "md" && exists(year, second, first);
    if (!asMonthDay && !asDayMonth) {
      this.impossible.add(at);
      return true;
    }
    if (order === "?") {
      this.#unordered++;
      if (!asMonthDay) this.#provesDayFirst++;
      if (!asDayMonth) this.#provesMonthFirst++;
    }
    if (asMonthDay) this.#monthFirst.add(monthDay);
    if (asDayMonth) this.#dayFirst.add(dayMonth);
    if (order === "md") this.#dayFirst.add(monthDay);
    if (order === "dm") this.#monthFirst.add(dayMonth);
    return true;
  }

  get forms(): number {
    return this.#forms.size;
  }

  get profile(): DateProfile {
    const order =
      this.#unordered === 0
        ? null
        : this.#provesDayFirst > 0 && this.#provesMonthFirst > 0
          ? "both"
          : this.#provesDayFirst > 0
            ? "day first"
            : this.#provesMonthFirst > 0
              ? "month first"
              : "unclear";
    const { first, last } = order === "day first" ? this.#dayFirst : this.#monthFirst;
    const forms = this.#forms.top(5).map(([form, count]) => ({ form, count }));
    return { count: this.count, forms, order, first, last };
  }
}
