import type { Column, SourceValue } from "@cutover/model";
import { DateFinder } from "./dates.js";
import { Distinct } from "./distinct.js";
import { keepable } from "./keep.js";
import { patternOf } from "./pattern.js";
import { PersonalFinder } from "./personal.js";
import type { Place } from "./places.js";
import { Sightings, Tally } from "./tally.js";
import type { ColumnProfile, DateProfile, NumberProfile, Suspicion, SuspicionCode } from "./types.js";

const mojibake = /[ÃÂ][\u0080-\u00BF]|â€[\u0080-\u2122]|Ã[ƒ‚]|\uFFFD/;
/** Control characters but tab and line breaks. */
const control = /[^\P{Cc}\t\n\r]/u;
/** What most texts have nothing of; the closer looks are spared them. */
const remarkable = /[^ -~]|[<&]/;
const markup = /<\/?[a-z][^<>]{0,200}>|&(?:amp|lt|gt|quot|nbsp|#x?[0-9a-f]{1,6});/i;
const placeholderText = /^(?:n\/?a|null|nil|none|unknown|undefined|nan|-+|\?+|x{2,}|tbd|test|dummy|#n\/a)$/i;
const number = /^[+-]?\d+(?:[.,]\d+)?$/;
const epochName = /time|date|(?:^|_)at$|created|modified|issued|expire|last|start|end/i;

/** A code list's size at most, and how often a value has to stand on average to be of one. */
const codes = 40;
const oftenEnough = 3;
/** Values after which a column without dates is believed to have none. */
const dateTrial = 2000;
const cutLengths = new Set([
  30, 32, 40, 50, 60, 64, 80, 100, 120, 128, 150, 200, 250, 254, 255, 256, 500, 512, 1000, 1024,
]);

const dayOf = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

/** A range of days, to the year where the days are people's. */
function shown(dates: DateProfile | null, personal: boolean): DateProfile | null {
  if (dates === null || !personal) return dates;
  return { ...dates, first: dates.first?.slice(0, 4) ?? null, last: dates.last?.slice(0, 4) ?? null };
}

/** Takes a column's values one by one, in bounded memory. */
export class ColumnProfiler {
  readonly #column: Column;
  readonly #distinct = new Distinct();
  readonly #patterns = new Tally(1000);
  readonly #values = new Tally(codes + 1);
  readonly #dates = new DateFinder();
  readonly #personal: PersonalFinder;
  readonly #seen: Partial<Record<SuspicionCode, Sightings>> = {};
  readonly #notDates = new Sightings();
  readonly #notNumbers = new Sightings();
  readonly #zeros = new Sightings();
  #nulls = 0;
  #blanks = 0;
  #filled = 0;
  #shortest = Infinity;
  #longest = 0;
  #atLongest = 0;
  #numbers = 0;
  #least = Infinity;
  #most = -Infinity;
  #epochs = 0;

  constructor(extract: string, column: Column) {
    this.#column = column;
    this.#personal = new PersonalFinder(extract, column.name);
  }

  add(value: SourceValue, at: number): void {
    if (value === null) {
      this.#nulls++;
      return;
    }
    const text =
      typeof value === "string"
        ? value
        : value instanceof Uint8Array
          ? `${value.length} bytes`
          : String(value);
    const trimmed = text.trim();
    if (trimmed === "") {
      this.#blanks++;
      return;
    }
    this.#filled++;
    const kept = keepable(text);
    this.#distinct.add(kept);
    this.#values.add(kept);
    this.#patterns.add(patternOf(text));
    this.#personal.add(trimmed);
    this.#measure(text.length);
    if (trimmed !== text) this.#saw("outer-space", at);
    if (number.test(trimmed)) this.#number(trimmed, at);
    else {
      this.#notNumbers.add(at);
      this.#text(text, trimmed, at);
    }
    if (this.#dates.count > 0 || this.#filled < dateTrial) {
      if (!this.#dates.add(trimmed, at)) this.#notDates.add(at);
    }
  }

  #saw(code: SuspicionCode, at: number): void {
    (this.#seen[code] ??= new Sightings()).add(at);
  }

  #measure(length: number): void {
    if (length < this.#shortest) this.#shortest = length;
    if (length === this.#longest) this.#atLongest++;
    else if (length > this.#longest) {
      this.#longest = length;
      this.#atLongest = 1;
    }
  }

  #number(text: string, at: number): void {
    this.#numbers++;
    const value = Number(text.replace(",", "."));
    if (value < this.#least) this.#least = value;
    if (value > this.#most) this.#most = value;
    if (/^[+-]?0\d/.test(text)) this.#zeros.add(at);
    if (value === 0 || (value >= 1e8 && value < 4.2e9)) this.#epochs++;
  }

  #text(text: string, trimmed: string, at: number): void {
    if (placeholderText.test(trimmed)) this.#saw("placeholder-text", at);
    if (!remarkable.test(text)) return;
    if (control.test(text)) this.#saw("control-character", at);
    if (mojibake.test(text)) this.#saw("mojibake", at);
    if (markup.test(text)) this.#saw("markup", at);
  }

  profile(place: Place): ColumnProfile {
    const { name, type } = this.#column;
    const personal = this.#personal.found;
    const dates = this.#dates.count * 2 > this.#filled && this.#filled > 0 ? this.#dates : null;
    return {
      name,
      type,
      nulls: this.#nulls,
      blanks: this.#blanks,
      filled: this.#filled,
      distinct: { count: this.#distinct.count, exact: this.#distinct.texts !== null },
      length: this.#filled === 0 ? null : { min: this.#shortest, max: this.#longest },
      patterns: this.#patterns.top(5).map(([pattern, count]) => ({ pattern, count })),
      values: personal === null && dates === null ? this.#codeList() : null,
      numbers: personal === null ? this.#numberProfile() : null,
      dates: shown(dates?.profile ?? this.#epochProfile(), personal !== null),
      suspicious: this.#suspicions(dates, place),
      personal,
    };
  }

  /** The values, where they are few and each stands often: then none of them tells about one person. */
  #codeList(): ColumnProfile["values"] {
    const list = this.#values.top();
    const isList =
      list.length > 0 &&
      list.length <= codes &&
      this.#values.others === 0 &&
      this.#filled >= list.length * oftenEnough &&
      this.#longest <= 60;
    return isList ? list.map(([value, count]) => ({ value, count })) : null;
  }

  #numberProfile(): NumberProfile | null {
    if (this.#numbers * 2 <= this.#filled) return null;
    return { count: this.#numbers, min: String(this.#least), max: String(this.#most) };
  }

  /** Seconds since 1970, where name and range say so. */
  #epochProfile(): ColumnProfile["dates"] {
    if (this.#epochs < this.#filled || this.#most < 1e8 || !epochName.test(this.#column.name)) return null;
    return {
      count: this.#filled,
      forms: [{ form: "epoch seconds", count: this.#filled }],
      order: null,
      first: this.#least === 0 ? null : dayOf(this.#least),
      last: dayOf(this.#most),
    };
  }

  #suspicions(dates: DateFinder | null, place: Place): readonly Suspicion[] {
    const found: Suspicion[] = [];
    const add = (
      code: SuspicionCode,
      { count, at }: { readonly count: number; readonly at: readonly number[] },
    ) => {
      if (count > 0) found.push({ code, count, at: at.map(place) });
    };
    for (const [code, sightings] of Object.entries(this.#seen)) add(code as SuspicionCode, sightings);
    if (dates !== null) {
      add("placeholder-date", dates.placeholders);
      add("impossible-date", dates.impossible);
      if (dates.profile.order === "unclear" || dates.profile.order === "both") {
        add("unclear-date-order", { count: dates.count, at: [] });
      }
      if (dates.forms > 1) add("mixed-date-forms", { count: dates.count, at: [] });
      add("mixed-values", this.#notDates);
    } else if (this.#numbers * 10 > this.#filled * 9) {
      add("mixed-values", this.#notNumbers);
      add("leading-zeros", this.#zeros);
    }
    add("case-variants", { count: this.#variants(), at: [] });
    if (this.#atLongest >= 3 && cutLengths.has(this.#longest) && this.#shortest < this.#longest) {
      add("cut-off", { count: this.#atLongest, at: [] });
    }
    if (this.#filled === 0 && this.#nulls + this.#blanks > 0) {
      add("empty-column", { count: this.#nulls + this.#blanks, at: [] });
    }
    return found;
  }

  /** Values of a small set that another value equals but for case and outer space. */
  #variants(): number {
    const texts = this.#distinct.texts;
    if (texts === null) return 0;
    return texts.size - new Set([...texts].map((text) => text.trim().toLowerCase())).size;
  }
}
