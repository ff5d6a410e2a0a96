import type { Scope } from "../scope.js";
import { canonicalDecimal, multiplyDecimals } from "../decimal.js";
import {
  dayText,
  daysOfText,
  daySeconds,
  firstSecond,
  fractionOfInstant,
  instantText,
  isDate,
  isInstant,
  lastSecond,
  secondsOfInstant,
} from "../time/calendar.js";
import { failed, toText, type Failed, type Value } from "../value.js";
import type { StepDef } from "../definition.js";
import { declareStep, scalars, StepError, type CompiledStep, type StepContext } from "./step.js";
import {
  daySchema,
  fixedZone,
  zoneGetter,
  zoneInWords,
  zoneNames,
  zoneSchema,
  type ZoneGetter,
} from "./zoned.js";

export const epoch = declareStep({
  name: "epoch",
  version: 1,
  converts: true,
  doc: "Reads a number of `seconds` or `milliseconds` since 1970-01-01T00:00:00Z as an instant. 0 means absent unless `zero: keep`. With `as: date` it is the calendar day that instant lies on in the `zone`. Towards the target, writes an instant as such a number; a day alone is written as its `day: start` (the default) or its last second, `day: end`, in the `zone`.",
  schema: { enum: ["seconds", "milliseconds"] },
  options: {
    zero: { enum: [null, "keep"] },
    zone: zoneSchema,
    as: { enum: ["instant", "date"] },
    day: daySchema,
  },
  takes: scalars,
  gives: ({ options }, input, direction) => {
    if (direction === "outbound") return "integer";
    return options["as"] === "date" || (direction === "projection" && input === "date") ? "date" : "instant";
  },
  names: ({ options }) => zoneNames(options["zone"]),
  examples: [
    { step: { epoch: "seconds" }, given: 1709244300, gives: "2024-02-29T22:05:00Z" },
    { step: { epoch: "seconds" }, given: 0, gives: null },
    { step: { epoch: "seconds", zero: "keep" }, given: "0", gives: "1970-01-01T00:00:00Z" },
    { step: { epoch: "milliseconds" }, given: "1709244300250", gives: "2024-02-29T22:05:00.25Z" },
    { step: { epoch: "seconds", as: "date", zone: "Europe/Berlin" }, given: 1709247600, gives: "2024-03-01" },
    { step: { epoch: "seconds" }, given: "soon", issue: "bad-number" },
    { step: { epoch: "seconds" }, given: 9007199254740991, issue: "bad-date" },
    {
      step: { epoch: "seconds" },
      direction: "outbound",
      input: "instant",
      given: "2024-02-29T22:05:00.25Z",
      gives: 1709244300,
      back: "2024-02-29T22:05:00Z",
    },
    {
      step: { epoch: "seconds", zone: "Europe/Berlin", day: "end" },
      direction: "outbound",
      input: "moment",
      given: "2024-02-29",
      gives: 1709247599,
      back: "2024-02-29T22:59:59Z",
    },
    {
      step: { epoch: "seconds", zone: "Europe/Berlin" },
      direction: "outbound",
      input: "date",
      given: "2024-03-01",
      gives: 1709247600,
      back: "2024-03-01",
    },
  ],
  explain: ({ arg, options: { as, day, zone } }) => {
    const side = day === "end" ? "last" : "first";
    const alone = day === undefined ? "" : `, a day alone as its ${side} second`;
    return `as ${String(arg)} since 1970${as === "date" ? ", the day" : ""}${zoneInWords(zone)}${alone}`;
  },
  compile: (step, context) => {
    const milli = step.arg === "milliseconds";
    const zeroIsNull = step.options["zero"] !== "keep";
    if (step.options["as"] === "date" && step.options["zone"] === undefined)
      throw new StepError("which day an instant lies on depends on the zone", "/as", "Add `zone:`.");
    const zone = zoneGetter(step.options["zone"], context);
    return context.direction === "outbound"
      ? writer(step, context, milli, zeroIsNull, zone)
      : { forward: reader(milli, zeroIsNull, step.options["as"] === "date" ? zone : null) };
  },
});

function reader(milli: boolean, zeroIsNull: boolean, dayZone: ZoneGetter | null) {
  return (value: Value, scope: Scope): Value | Failed => {
    let seconds: number;
    let fraction = "";
    if (typeof value === "number" && Number.isSafeInteger(value) && !milli) seconds = value;
    else {
      const decimal = canonicalDecimal(toText(value) ?? "");
      if (decimal === null) return scope.fail("bad-number", "epoch: not a number");
      const exact = milli ? multiplyDecimals(decimal, "0.001") : decimal;
      seconds = Math.floor(Number(exact));
      const point = exact.indexOf(".");
      // A fraction before 1970 counts back from the second: leave it to whoever has such a time.
      if (point >= 0 && !exact.startsWith("-"))
        fraction = exact.slice(point + 1, point + 10).replace(/0+$/, "");
    }
    if (seconds === 0 && fraction === "" && zeroIsNull) return null;
    if (!(seconds >= firstSecond && seconds <= lastSecond))
      return scope.fail("bad-date", "epoch: beyond the years 1 to 9999");
    if (dayZone === null) return instantText(seconds, fraction);
    const zone = dayZone(scope);
    return zone === failed ? failed : dayText(Math.floor((seconds + zone.offsetAt(seconds)) / daySeconds));
  };
}

function writer(
  { options }: StepDef,
  context: StepContext,
  milli: boolean,
  zeroIsNull: boolean,
  zone: ZoneGetter | null,
): CompiledStep {
  const { input } = context;
  if (zone === null && (input === "date" || input === "moment"))
    throw new StepError("a day has its seconds only in a zone", "/epoch", "Add `zone:`.");
  const end = options["day"] === "end";
  const fixed = fixedZone(options["zone"], context);
  const dated = input === "date" || options["as"] === "date";

  const forward = (value: Value, scope: Scope): Value | Failed => {
    const text = toText(value) ?? "";
    if (isDate(text)) {
      const named = zone === null ? failed : zone(scope);
      if (named === failed)
        return zone === null ? scope.fail("bad-date", "epoch: a day without a zone") : failed;
      const days = daysOfText(text);
      const at = end ? named.endOfDay(days) : named.startOfDay(days);
      return milli ? at * 1000 : at;
    }
    if (!isInstant(text)) return scope.fail("bad-date", "epoch: neither a day nor an instant");
    const at = secondsOfInstant(text);
    return milli ? at * 1000 + Number(fractionOfInstant(text).padEnd(3, "0").slice(0, 3)) : at;
  };

  const back = (after: Value): Value => {
    const number = typeof after === "number" ? after : Number(toText(after) ?? Number.NaN);
    if (!Number.isSafeInteger(number)) return null;
    if (number === 0 && zeroIsNull) return null;
    const seconds = milli ? Math.floor(number / 1000) : number;
    if (dated && fixed !== null) return dayText(Math.floor((seconds + fixed.offsetAt(seconds)) / daySeconds));
    const rest = milli ? number - seconds * 1000 : 0;
    return instantText(seconds, rest === 0 ? "" : String(rest).padStart(3, "0").replace(/0+$/, ""));
  };
  return {
    forward,
    back: dated && fixed === null ? undefined : back,
    loss: milli ? "fractions of milliseconds" : "fractions of seconds",
  };
}
