import { plainDecimal } from "../files/decimal.js";

/** What a cell's number stands for, by its format. */
export type NumberKind = "number" | "date" | "datetime" | "time" | "duration";

/** Formats that have a number and no text of their own (ECMA-376 part 1, 18.8.30; 27 to 58 are East Asian dates). */
function builtIn(id: number): NumberKind {
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58)) return "date";
  if (id === 22) return "datetime";
  if (id === 46) return "duration";
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45 || id === 47) return "time";
  return "number";
}

/** What numbers of a format stand for: `dd/mm/yyyy hh:mm` → datetime, `0.00 "days"` → number. */
export function kindOfFormat(id: number, code: string | undefined): NumberKind {
  if (code === undefined) return builtIn(id);
  const tokens = code
    .split(";", 1)[0]!
    .replaceAll(/"[^"]*"?/g, "")
    .replaceAll(/[\\_*]./g, "")
    .replaceAll(/\[(?!(?:h+|m+|s+)\])[^\]]*\]?/gi, "")
    .toLowerCase();
  if (/^\s*(?:general|standard)/.test(tokens)) return "number";
  if (/\[(?:h+|m+|s+)\]/.test(tokens)) return "duration";
  const time = /[hs]/.test(tokens);
  const date = /[yd]/.test(tokens) || (!time && /m/.test(tokens));
  return date ? (time ? "datetime" : "date") : time ? "time" : "number";
}

const two = (n: number): string => String(n).padStart(2, "0");

function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const rest = ms % 1000;
  const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return rest === 0 ? text : `${text}.${String(rest).padStart(3, "0")}`;
}

const dayMs = 86_400_000;
const lastDay = 2_958_465;

/** A workbook's day number as ISO text. Its days 0 and 60 are days that never were, and come out as such. */
function calendarDay(day: number): string {
  if (day === 0) return "1900-01-00";
  if (day === 60) return "1900-02-29";
  const epoch = Date.UTC(1899, 11, day < 60 ? 31 : 30);
  return new Date(epoch + day * dayMs).toISOString().slice(0, 10);
}

/** A number that stands for a time, as ISO text; null where it is none. */
export function timeText(
  serial: number,
  kind: Exclude<NumberKind, "number">,
  from1904: boolean,
): string | null {
  if (!Number.isFinite(serial) || serial < 0 || serial > lastDay + 1) return null;
  const total = Math.round(serial * dayMs);
  if (kind === "duration") return clock(total);
  const day = Math.floor(total / dayMs);
  const ms = total % dayMs;
  if (kind === "time" && day === 0) return clock(ms);
  const shifted = from1904 ? day + 1462 : day;
  if (shifted > lastDay) return null;
  const date = calendarDay(shifted);
  // A time that the format hides is data all the same.
  return kind === "date" && ms === 0 ? date : `${date}T${clock(ms)}`;
}

/**
 * A cell's number as text. Spreadsheets compute with 15 digits and write 17, so that 19.99 is stored as
 * 19.989999999999998; fractions are rounded to the 15 that a person sees. Whole numbers stay as written.
 */
export function numberText(stored: string): string {
  const text = stored.trim();
  if (/^[+-]?\d+$/.test(text)) return plainDecimal(text);
  const significant = text
    .replace(/[eE].*$/, "")
    .replaceAll(/[^\d]/g, "")
    .replace(/^0+/, "").length;
  if (significant <= 15) return plainDecimal(text);
  const value = Number(text);
  if (!Number.isFinite(value)) return text;
  const rounded = plainDecimal(value.toPrecision(15));
  return rounded.includes(".") ? rounded.replace(/\.?0+$/, "") : rounded;
}
