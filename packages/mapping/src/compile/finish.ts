import { durationPattern, type CanonicalValue, type Credit, type Field } from "@cutover/model";
import { canonicalDecimal, decimalOfNumber } from "../decimal.js";
import type { Scope } from "../scope.js";
import { longerThan } from "../text.js";
import { isDate, isInstant } from "../time/calendar.js";
import { isList, isMap, toText, type Value, type ValueKind } from "../value.js";

/**
 * Brings a pipeline's value into the canonical form of its field's kind, and flags what cannot be brought:
 * the generated check of a finished record, the same as its JSON Schema.
 */
export type Finish = (value: Value, scope: Scope) => CanonicalValue;

/** The canonical value, or undefined where the value is not of the kind. Null never comes in. */
type Form = (value: Value) => CanonicalValue | undefined;

const durationForm = new RegExp(durationPattern);
const safe = /^-?(?:0|[1-9]\d{0,15})$/;

const text: Form = (value) => toText(value) ?? undefined;

const testedText =
  (test: (text: string) => boolean): Form =>
  (value) =>
    typeof value === "string" && test(value) ? value : undefined;

const integer: Form = (value) => {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  const number = toText(value);
  if (number === null || !safe.test(number)) return undefined;
  return Number.isSafeInteger(Number(number)) ? Number(number) : undefined;
};

const decimal: Form = (value) => {
  if (typeof value === "string") return canonicalDecimal(value) ?? undefined;
  if (typeof value === "number") return decimalOfNumber(value) ?? undefined;
  return typeof value === "bigint" ? value.toString() : undefined;
};

const boolean: Form = (value) => {
  if (typeof value === "boolean") return value;
  return value === 1 || value === 0 ? value === 1 : undefined;
};

const texts: Form = (value) => {
  const items = isList(value) ? value : [value];
  const result: string[] = [];
  for (const item of items) {
    if (item === null || item === "") continue;
    const found = toText(item);
    if (found === null) return undefined;
    result.push(found);
  }
  return result.length === 0 ? null : result;
};

const map: Form = (value) => {
  if (!isMap(value)) return undefined;
  const entries: [string, string][] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member === null || member === "") continue;
    const found = toText(member);
    if (found === null) return undefined;
    entries.push([name, found]);
  }
  return entries.length === 0 ? null : Object.fromEntries(entries);
};

const credits: Form = (value) => {
  if (!isList(value)) return undefined;
  const found = value as unknown as readonly Partial<Credit>[];
  const result: Credit[] = [];
  for (const credit of found) {
    const amount = canonicalDecimal(credit?.amount ?? "");
    if (amount === null || typeof credit.unit !== "string" || credit.unit === "") return undefined;
    result.push({ amount, unit: credit.unit, provider: credit.provider ?? null });
  }
  return result.length === 0 ? null : result;
};

function formOf(field: Field): Form {
  switch (field.kind) {
    case "one of": {
      const values = new Set(field.values);
      return testedText((value) => values.has(value));
    }
    case "integer":
      return integer;
    case "decimal":
      return decimal;
    case "boolean":
      return boolean;
    case "date":
      return testedText(isDate);
    case "instant":
      return testedText(isInstant);
    case "moment":
      return testedText((value) => isDate(value) || isInstant(value));
    case "duration":
      return testedText((value) => durationForm.test(value));
    case "list":
    case "refs":
      return texts;
    case "map":
      return map;
    case "credits":
      return credits;
    default:
      return text;
  }
}

/** Kinds of text with the kinds of what steps give in that form. */
const formedBy: Partial<Record<Field["kind"], readonly ValueKind[]>> = {
  date: ["date"],
  instant: ["instant"],
  moment: ["moment", "instant", "date"],
  decimal: ["decimal"],
};

/** Compiles the check of a field. `formed`: the kind in whose canonical form texts come; null where none is sure. */
export function compileFinish(field: Field, formed: ValueKind | null = null): Finish {
  const check = formOf(field);
  const form: Form =
    formed !== null && formedBy[field.kind]?.includes(formed) === true
      ? (value) => (typeof value === "string" ? value : check(value))
      : check;
  const { maxLength, kind, required = false } = field;
  return (value, scope) => {
    if (value === null || value === "") {
      if (required) scope.note("required-field", "flag", null);
      return null;
    }
    const canonical = form(value);
    if (canonical === undefined) {
      scope.note("bad-value", "flag", `not a ${kind}`);
      return null;
    }
    if (canonical === null || canonical === "") {
      if (required) scope.note("required-field", "flag", null);
      return null;
    }
    if (maxLength !== undefined && typeof canonical === "string" && longerThan(canonical, maxLength)) {
      scope.note("too-long", "flag", `longer than ${maxLength} characters`);
      return null;
    }
    return canonical;
  };
}
