import { canonicalDecimal, compareDecimals, decimalOfNumber } from "../decimal.js";
import type { Scope } from "../scope.js";
import { toText, type Failed, type Value } from "../value.js";
import { declareStep, onText, scalars, StepError, type StepContext } from "./step.js";

interface Format {
  readonly decimal?: string;
  readonly group?: string;
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}

export const number = declareStep({
  name: "number",
  version: 1,
  converts: true,
  doc: "Reads a text as a decimal number, exactly: digits, a sign, and a point unless `decimal` names another character. Where numbers are grouped, `group` names the character between the groups of three. `min` and `max` bound it; `integer` allows no fraction. Towards the target, writes the number the same way.",
  schema: {
    anyOf: [
      { const: true },
      {
        type: "object",
        properties: {
          decimal: { type: "string", minLength: 1, maxLength: 1 },
          group: { type: "string", minLength: 1, maxLength: 1 },
          min: { type: "number" },
          max: { type: "number" },
          integer: { type: "boolean" },
        },
        additionalProperties: false,
      },
    ],
  },
  takes: scalars,
  gives: ({ arg }, _input, direction) => {
    const format = formatOf(arg);
    if (direction === "outbound" && isFormatted(format)) return "text";
    return format.integer === true ? "integer" : "decimal";
  },
  examples: [
    { step: { number: true }, given: "087.50", gives: "87.5" },
    { step: { number: { decimal: ",", group: "." } }, given: "1.234,5", gives: "1234.5" },
    { step: { number: { decimal: "," } }, given: "12.5", issue: "bad-number" },
    { step: { number: { min: 0, max: 100 } }, given: "101", issue: "out-of-range" },
    { step: { number: { integer: true } }, given: "12", gives: 12 },
    { step: { number: { integer: true } }, given: "12.5", issue: "bad-number" },
    { step: { number: { decimal: "," } }, direction: "outbound", given: "87.5", gives: "87,5", back: "87.5" },
  ],
  explain: ({ arg }) => {
    const { decimal, min, max, integer } = formatOf(arg);
    return [
      `as a ${integer === true ? "whole " : ""}number`,
      decimal === undefined ? "" : ` with \`${decimal}\` before the fraction`,
      min === undefined ? "" : `, at least ${min}`,
      max === undefined ? "" : `, at most ${max}`,
    ].join("");
  },
  compile: ({ arg }, context) => {
    const format = formatOf(arg);
    if (format.group !== undefined && format.group === (format.decimal ?? "."))
      throw new StepError("`group` and `decimal` are the same character", "/number/group");
    const read = reader(format);
    if (context.direction !== "outbound") return { forward: read };
    return outbound(format, read, context);
  },
});

const formatOf = (arg: unknown): Format => (arg === true ? {} : (arg as Format));

const isFormatted = ({ decimal, group }: Format): boolean =>
  (decimal !== undefined && decimal !== ".") || group !== undefined;

const grouped = /^\d{1,3}(?:_\d{3})*$/;

function reader({ decimal = ".", group, min, max, integer = false }: Format) {
  const least = min === undefined ? null : decimalOfNumber(min);
  const greatest = max === undefined ? null : decimalOfNumber(max);
  const formatted = decimal !== "." || group !== undefined;
  const work = onText((given, scope) => {
    const text = formatted ? plain(given, decimal, group) : given;
    const value = text === null ? null : canonicalDecimal(text);
    if (value === null) return scope.fail("bad-number", "number: not a number as declared");
    if (
      (least !== null && compareDecimals(value, least) < 0) ||
      (greatest !== null && compareDecimals(value, greatest) > 0)
    )
      return scope.fail("out-of-range", "number: outside the declared bounds");
    return integer ? whole(value, scope) : value;
  });
  return work;
}

function whole(value: string, scope: Scope): number | Failed {
  if (value.includes(".")) return scope.fail("bad-number", "number: not a whole number");
  const count = Number(value);
  if (!Number.isSafeInteger(count)) return scope.fail("out-of-range", "number: beyond the exact integers");
  return count;
}

/** The text with a point and without groups; null where its groups are not of three digits. */
function plain(text: string, decimal: string, group: string | undefined): string | null {
  const at = text.indexOf(decimal);
  const head = at < 0 ? text : text.slice(0, at);
  const tail = at < 0 ? "" : `.${text.slice(at + 1)}`;
  if (tail.indexOf(".", 1) > 0 || (decimal !== "." && head.includes("."))) {
    if (group !== "." || tail.indexOf(".", 1) > 0) return null;
  }
  if (group === undefined || !head.includes(group)) return head + tail;
  const sign = head.startsWith("-") || head.startsWith("+") ? head[0]! : "";
  const digits = head.slice(sign.length);
  if (!grouped.test(digits.replaceAll(group, "_"))) return null;
  return sign + digits.replaceAll(group, "") + tail;
}

function outbound(format: Format, read: ReturnType<typeof reader>, context: StepContext) {
  const { decimal = ".", group } = format;
  if (!isFormatted(format)) return { forward: read, back: (after: Value) => backToKind(after, context) };
  return {
    forward: (value: Value, scope: Scope): Value | Failed => {
      const plainValue = read(
        typeof value === "string" ? canonicalDecimalText(value, decimal, group) : value,
        scope,
      );
      return typeof plainValue === "symbol" ? plainValue : written(toText(plainValue) ?? "", decimal, group);
    },
    back: (after: Value) => {
      const text = toText(after);
      const value = text === null ? null : plain(text, decimal, group);
      return value === null ? after : backToKind(canonicalDecimal(value) ?? value, context);
    },
  };
}

/** Canonical decimals come with a point: they are written as `reader` expects them, to be bounded by it. */
const canonicalDecimalText = (value: string, decimal: string, group: string | undefined): string =>
  written(value, decimal, group);

function written(value: string, decimal: string, group: string | undefined): string {
  const [head = "", tail] = value.split(".");
  const digits = group === undefined ? head : head.replace(/\B(?=(?:\d{3})+$)/g, group);
  return tail === undefined ? digits : digits + decimal + tail;
}

function backToKind(after: Value, context: StepContext): Value {
  const text = toText(after);
  if (text === null) return after;
  return context.input === "integer" ? Number(text) : (canonicalDecimal(text) ?? after);
}
