import { canonicalDecimal, divideDecimals, multiplyDecimals } from "../decimal.js";
import { toText, type Value } from "../value.js";
import { declareStep, onText, scalars } from "./step.js";

type Unit = "seconds" | "minutes" | "hours" | "days" | "weeks" | "months" | "years";

interface Argument {
  readonly unit: Unit | "clock" | "iso";
  readonly month?: number;
  readonly year?: number;
  readonly zero?: null | "keep";
}

const inSeconds: Readonly<Record<string, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3600,
  days: 86_400,
  weeks: 604_800,
};

export const duration = declareStep({
  name: "duration",
  version: 1,
  converts: true,
  doc: "Reads a number of a `unit` as a duration (ISO 8601): whole days as days, anything finer as hours, minutes and seconds. `clock` reads `hh:mm:ss`, `iso` what is a duration already. 0 means absent unless `zero: keep`. Towards the target, writes the number; where months or years are to be written in a finer unit, `month` and `year` say how many days they count, and that is a declared loss.",
  schema: {
    type: "object",
    properties: {
      unit: { enum: [...Object.keys(inSeconds), "months", "years", "clock", "iso"] },
      month: { type: "integer", minimum: 1 },
      year: { type: "integer", minimum: 1 },
      zero: { enum: [null, "keep"] },
    },
    required: ["unit"],
    additionalProperties: false,
  },
  takes: scalars,
  gives: ({ arg }, _input, direction) => {
    if (direction !== "outbound") return "duration";
    const { unit } = arg as Argument;
    return unit === "clock" || unit === "iso" ? "text" : "decimal";
  },
  examples: [
    { step: { duration: { unit: "minutes" } }, given: 90, gives: "PT1H30M" },
    { step: { duration: { unit: "seconds" } }, given: 7776000, gives: "P90D" },
    { step: { duration: { unit: "years" } }, given: "2", gives: "P2Y" },
    { step: { duration: { unit: "hours" } }, given: "1.25", gives: "PT1H15M" },
    { step: { duration: { unit: "seconds" } }, given: 0, gives: null },
    { step: { duration: { unit: "clock" } }, given: "01:05:30", gives: "PT1H5M30S" },
    { step: { duration: { unit: "iso" } }, given: "P1Y6M", gives: "P1Y6M" },
    { step: { duration: { unit: "days" } }, given: "long", issue: "bad-number" },
    { step: { duration: { unit: "days" } }, direction: "outbound", given: "P90D", gives: "90", back: "P90D" },
    {
      step: { duration: { unit: "seconds", year: 365 } },
      direction: "outbound",
      given: "P2Y",
      gives: "63072000",
      back: "P730D",
    },
    {
      step: { duration: { unit: "seconds" } },
      direction: "outbound",
      given: "P2Y",
      issue: "no-target-value",
    },
  ],
  explain: ({ arg }) => {
    const { unit } = arg as Argument;
    return unit === "clock"
      ? "as a duration (hh:mm:ss)"
      : unit === "iso"
        ? "as a duration"
        : `as a duration in ${unit}`;
  },
  compile: ({ arg }, { direction }) => {
    const argument = arg as Argument;
    const read = (text: string): string | null | undefined => readDuration(text, argument);
    if (direction !== "outbound") {
      return {
        forward: onText((text, scope) => {
          const value = read(text);
          return value === undefined
            ? scope.fail("bad-number", "duration: not a duration as declared")
            : value;
        }),
      };
    }
    return {
      forward: onText(
        (text, scope) =>
          writeDuration(text, argument) ??
          scope.fail("no-target-value", "duration: not countable in the target's unit"),
      ),
      back: (after: Value) => read(toText(after) ?? "") ?? null,
      loss:
        argument.month === undefined && argument.year === undefined
          ? null
          : "the length of months and years in the calendar",
    };
  },
});

const clock = /^(\d{1,6}):([0-5]\d)(?::([0-5]\d))?$/;
const isoForm =
  /^P(?!$)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** The duration a text tells: null where it is none (zero), undefined where it is not as declared. */
function readDuration(text: string, { unit, zero }: Argument): string | null | undefined {
  if (text.length > 64) return undefined;
  if (unit === "iso") return isoForm.test(text) ? text : undefined;
  let amount: string | null;
  if (unit === "clock") {
    const parts = clock.exec(text);
    amount =
      parts === null ? null : String(Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3] ?? 0));
  } else amount = canonicalDecimal(text);
  if (amount === null || amount.startsWith("-")) return undefined;
  if (amount === "0" && zero !== "keep") return null;
  if (unit === "months" || unit === "years") {
    return amount.includes(".") ? undefined : `P${amount}${unit === "months" ? "M" : "Y"}`;
  }
  const seconds = Number(multiplyDecimals(amount, String(unit === "clock" ? 1 : inSeconds[unit])));
  return Number.isSafeInteger(seconds) ? isoOfSeconds(seconds) : undefined;
}

function isoOfSeconds(seconds: number): string {
  if (seconds > 0 && seconds % 86_400 === 0) return `P${seconds / 86_400}D`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = seconds % 60;
  const text = `PT${hours > 0 ? `${hours}H` : ""}${minutes > 0 ? `${minutes}M` : ""}${rest > 0 ? `${rest}S` : ""}`;
  return text === "PT" ? "PT0S" : text;
}

/** The number, or text, of a canonical duration; null where the unit cannot count it. */
function writeDuration(text: string, { unit, month, year }: Argument): string | null {
  if (unit === "iso") return text;
  const parts = isoForm.exec(text);
  if (parts === null) return null;
  const [years, months, weeks, days, hours, minutes, seconds] = parts
    .slice(1)
    .map((part) => Number(part ?? 0));
  if (unit === "months" || unit === "years") {
    if (weeks! + days! + hours! + minutes! + seconds! > 0) return null;
    const count = years! * 12 + months!;
    return unit === "months" ? String(count) : divideDecimals(String(count), "12", 6);
  }
  if ((years! > 0 && year === undefined) || (months! > 0 && month === undefined)) return null;
  const total =
    (years! * (year ?? 0) + months! * (month ?? 0) + weeks! * 7 + days!) * 86_400 +
    hours! * 3600 +
    minutes! * 60 +
    seconds!;
  if (!Number.isSafeInteger(total)) return null;
  if (unit !== "clock") return divideDecimals(String(total), String(inSeconds[unit]), 6);
  return `${pair(Math.floor(total / 3600))}:${pair(Math.floor(total / 60) % 60)}:${pair(total % 60)}`;
}

const pair = (n: number): string => String(n).padStart(2, "0");
