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
import { compileDatePattern, PatternError, type DatePattern, type Parsed } from "../time/pattern.js";
import { remembered } from "../remembered.js";
import type { Scope } from "../scope.js";
import { failed, toText, type Failed, type Value } from "../value.js";
import { zoneOf, utc } from "../zones/zone.js";
import type { StepDef } from "../definition.js";
import { declareStep, onText, scalars, StepError, type StepContext } from "./step.js";
import {
  daySchema,
  fixedZone,
  resolveLocal,
  zoneGetter,
  zoneInWords,
  zoneNames,
  zoneSchema,
} from "./zoned.js";

/** `iso` stands for what ISO 8601 writers really write. */
const iso = [
  "yyyy-MM-dd'T'HH:mm[:ss[.S]][XXX]",
  "yyyy-MM-dd'T'HH:mm[:ss[.S]][X]",
  "yyyy-MM-dd HH:mm[:ss[.S]][XXX]",
  "yyyy-MM-dd",
];

const patternsOf = (arg: unknown): readonly string[] =>
  arg === "iso" ? iso : typeof arg === "string" ? [arg] : (arg as readonly string[]);

export const date = declareStep({
  name: "date",
  version: 1,
  converts: true,
  doc: "Reads a text as a date by a pattern of Unicode's tokens (`yyyy MM dd HH mm ss a SSS XXX MMM EEE`), or the first of several that fits; `iso` stands for the usual forms of ISO 8601. `'Text'` in quotes stands for itself, `[...]` may be absent, `yy` is 1969 to 2068. A pattern without a time gives a calendar day, one with a time an instant, and then the `zone` has to be known: from the option, from a column (`zone: { from: column }`), or from an offset in the text. A day that does not exist, and a local time that never was or was twice, is flagged. `as: date` keeps the day as it is written and leaves the time. Towards the target, writes the date by the (first) pattern; a day without a time is written as its `day: start` (the default) or `end`.",
  schema: {
    anyOf: [
      { type: "string", minLength: 1 },
      { type: "array", items: { type: "string", minLength: 1 }, minItems: 1 },
    ],
  },
  options: { zone: zoneSchema, as: { enum: ["date", "instant", "moment"] }, day: daySchema },
  takes: scalars,
  gives: (step, _input, direction) => {
    if (direction === "outbound") return "text";
    const as = step.options["as"];
    if (as === "date" || as === "instant" || as === "moment") return as;
    return kindOf(step);
  },
  names: ({ options }) => zoneNames(options["zone"]),
  examples: [
    {
      step: { date: "MM/dd/yyyy HH:mm", zone: "America/New_York" },
      given: "02/29/2024 17:05",
      gives: "2024-02-29T22:05:00Z",
    },
    { step: { date: "dd.MM.yyyy" }, given: "29.02.2023", issue: "bad-date" },
    { step: { date: "d MMM yyyy" }, given: "1 Jun 2024", gives: "2024-06-01" },
    {
      step: { date: "yyyy-MM-dd'T'HH:mm:ss.SSSXXX" },
      given: "2024-06-01T12:00:00.250+02:00",
      gives: "2024-06-01T10:00:00.25Z",
    },
    {
      step: { date: "yyyy-MM-dd HH:mm", zone: "Europe/Berlin" },
      given: "2024-03-31 02:30",
      issue: "impossible-time",
    },
    {
      step: { date: "yyyy-MM-dd HH:mm", zone: "Europe/Berlin" },
      given: "2024-10-27 02:30",
      issue: "ambiguous-time",
    },
    {
      step: { date: ["MM/dd/yyyy hh:mm a", "MM/dd/yyyy"], zone: "UTC" },
      given: "06/01/2024 12:15 AM",
      gives: "2024-06-01T00:15:00Z",
    },
    {
      step: { date: ["MM/dd/yyyy hh:mm a", "MM/dd/yyyy"], zone: "UTC" },
      given: "06/01/2024",
      gives: "2024-06-01",
    },
    {
      step: { date: "MMM-dd-yyyy HH:mm:ss", zone: { from: "tz" } },
      names: { tz: "Asia/Tokyo" },
      given: "Jan-05-2024 09:00:00",
      gives: "2024-01-05T00:00:00Z",
    },
    {
      step: { date: "yyyy-MM-dd HH:mm:ss", as: "date", zone: "UTC" },
      given: "2024-06-01 23:59:59",
      gives: "2024-06-01",
    },
    {
      step: { date: "iso", zone: "UTC" },
      given: "2024-06-01T10:00:00.123Z",
      gives: "2024-06-01T10:00:00.123Z",
    },
    {
      step: { date: "MM/dd/yyyy HH:mm", zone: "America/New_York" },
      direction: "outbound",
      input: "instant",
      given: "2024-02-29T22:05:33Z",
      gives: "02/29/2024 17:05",
      back: "2024-02-29T22:05:00Z",
    },
    {
      step: { date: "MM/dd/yyyy", zone: "America/New_York" },
      direction: "outbound",
      input: "moment",
      given: "2024-03-01T02:00:00Z",
      gives: "02/29/2024",
      back: "2024-02-29",
    },
  ],
  explain: ({ arg, options }) =>
    `as a date (${[arg]
      .flat()
      .map((pattern) => (pattern === "iso" ? "as ISO 8601 writes it" : `\`${String(pattern)}\``))
      .join(" or ")})${zoneInWords(options["zone"])}`,
  compile: (step, context) => {
    const patterns = patternsOf(step.arg).map((text, i) => compilePattern(text, step.arg, i));
    return context.direction === "outbound"
      ? writer(step, patterns, context)
      : { forward: reader(step, patterns, context) };
  },
});

function kindOf({ arg }: StepDef): "date" | "instant" | "moment" {
  const patterns = patternsOf(arg).flatMap((text) => {
    try {
      return [compileDatePattern(text)];
    } catch {
      return [];
    }
  });
  if (patterns.every((pattern) => pattern.timed)) return "instant";
  return patterns.some((pattern) => pattern.timed) ? "moment" : "date";
}

function compilePattern(text: string, arg: unknown, i: number): DatePattern {
  try {
    return compileDatePattern(text);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new StepError(error.message, Array.isArray(arg) ? `/date/${i}` : "/date");
  }
}

function reader({ arg, options }: StepDef, patterns: readonly DatePattern[], context: StepContext) {
  const as = options["as"] as "date" | "instant" | "moment" | undefined;
  const zone = zoneGetter(options["zone"], context);
  const unzoned = patterns.some((pattern) => pattern.timed && !pattern.zoned);
  if (unzoned && zone === null && as !== "date" && arg !== "iso")
    throw new StepError(
      "a time without a zone is a guess",
      "/date",
      "Add `zone:`, or a token for the offset (XXX).",
    );
  if (as === "instant" && zone === null && patterns.some((pattern) => !pattern.timed))
    throw new StepError("a day becomes an instant only in a zone", "/date", "Add `zone:`.");

  return onText((text, scope) => {
    for (const pattern of patterns) {
      const parsed = pattern.parse(text);
      if (parsed !== null) return finish(parsed, scope);
    }
    return scope.fail("bad-date", "date: not of the pattern, or no such day");
  });

  function finish(parsed: Parsed, scope: Scope): Value | Failed {
    const { local, fraction, offset, timed } = parsed;
    if (as === "date" || (!timed && as !== "instant")) return dayText(Math.floor(local / daySeconds));
    let at: number | Failed;
    if (!Number.isNaN(offset)) at = local - offset;
    else {
      const named = parsed.zone === "" ? (zone === null ? null : zone(scope)) : zoneOf(parsed.zone);
      if (named === failed) return failed;
      if (named === null) return scope.fail("bad-date", "date: a time without a known zone");
      at = timed ? resolveLocal(named, local, scope) : named.startOfDay(local / daySeconds);
      if (at === failed) return failed;
    }
    if (at < firstSecond || at > lastSecond)
      return scope.fail("bad-date", "date: beyond the years 1 to 9999");
    return instantText(at, fraction);
  }
}

/** Days that are remembered: those of a century, nearly. */
const daysKept = 30_000;

function writer(step: StepDef, patterns: readonly DatePattern[], context: StepContext) {
  const { options } = step;
  const pattern = patterns[0]!;
  const zone = zoneGetter(options["zone"], context);
  const needsZone = pattern.timed ? !pattern.zoned : context.input !== "date";
  if (needsZone && zone === null)
    throw new StepError("a time is written only in a zone", "/date", "Add `zone:`.");
  const end = options["day"] === "end";
  const fixed = fixedZone(options["zone"], context) ?? (pattern.zoned ? utc : null);

  const dayOf = remembered((days: number) => pattern.format(days * daySeconds, "", 0), daysKept);
  const dayRead = remembered((text: string) => {
    const parsed = pattern.parse(text);
    return parsed === null ? null : dayText(Math.floor(parsed.local / daySeconds));
  }, daysKept);

  const forward = (value: Value, scope: Scope): Value | Failed => {
    const text = toText(value) ?? "";
    const named = zone === null ? utc : zone(scope);
    if (named === failed) return failed;
    if (isDate(text)) {
      const days = daysOfText(text);
      if (!pattern.timed) return dayOf(days);
      const at = end ? named.endOfDay(days) : named.startOfDay(days);
      const offset = named.offsetAt(at);
      return pattern.format(at + offset, "", offset);
    }
    if (!isInstant(text)) return scope.fail("bad-date", "date: neither a day nor an instant");
    const at = secondsOfInstant(text);
    const offset = named.offsetAt(at);
    return pattern.format(at + offset, fractionOfInstant(text), offset);
  };

  const back = (after: Value): Value => {
    const text = toText(after);
    if (text === null) return null;
    if (!pattern.timed || context.input === "date") return dayRead(text);
    const parsed = pattern.parse(text);
    if (parsed === null) return null;
    if (!Number.isNaN(parsed.offset)) return instantText(parsed.local - parsed.offset, parsed.fraction);
    // In an overlap the text no longer says which of the two it was: it will be flagged when it is read.
    const [at] = fixed?.candidates(parsed.local) ?? [];
    return at === undefined ? null : instantText(at, parsed.fraction);
  };
  return {
    forward,
    back: fixed === null && pattern.timed ? undefined : back,
    loss: pattern.timed ? "what is finer than the pattern" : "the time of day",
  };
}
