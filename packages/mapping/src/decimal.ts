/**
 * Exact decimals as text. The canonical form is the shortest: `87.5`, never `87.50`, `+87.5` or `087.5`.
 * No operation passes through a double.
 */

const plain = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/** Longer ones are no numbers of a learning record, and exact arithmetic on them would take for ever. */
const longest = 1000;

/** The canonical form of digits with an optional sign and point; null where the text is no such number. */
export function canonicalDecimal(text: string): string | null {
  if (text.length > longest) return null;
  const end = plainEnd(text);
  if (end > 0) return end === text.length ? text : text.slice(0, end);
  const parts = plain.exec(text);
  if (parts === null) return null;
  const [, sign = "", whole = "", fraction = ""] = parts;
  if (whole === "" && fraction === "") return null;
  return assemble(sign === "-", whole, fraction);
}

/**
 * Where the canonical form of a plain decimal ends, `87.5` in `87.50`: of digits without needless zeros before
 * them, and perhaps a point and digits behind. 0 where it is written otherwise.
 */
function plainEnd(text: string): number {
  const { length } = text;
  const first = text.charCodeAt(0);
  // A sign, a point and what is no number are told elsewhere; so is a zero that others follow.
  if (!(first >= 48 && first <= 57) || (first === 48 && length > 1 && text.charCodeAt(1) !== 46)) return 0;
  let point = -1;
  let end = 0;
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      if (point >= 0) return 0;
      point = i;
    } else if (code < 48 || code > 57) return 0;
    else if (code !== 48 || point < 0) end = i + 1;
  }
  return end;
}

function assemble(negative: boolean, whole: string, fraction: string): string {
  let start = 0;
  while (start < whole.length - 1 && whole.charCodeAt(start) === 48) start += 1;
  let end = fraction.length;
  while (end > 0 && fraction.charCodeAt(end - 1) === 48) end -= 1;
  const head = whole === "" ? "0" : whole.slice(start);
  const text = end === 0 ? head : `${head}.${fraction.slice(0, end)}`;
  return negative && text !== "0" ? `-${text}` : text;
}

/** The number that up to 15 digits stand for, without sign or leading zeros; null for any other text. */
export function plainInteger(text: string): number | null {
  const { length } = text;
  if (length === 0 || length > 15 || (length > 1 && text.charCodeAt(0) === 48)) return null;
  let number = 0;
  for (let i = 0; i < length; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return null;
    number = number * 10 + digit;
  }
  return number;
}

/** A double's shortest decimal, without exponent; null for what is not finite. */
export function decimalOfNumber(value: number): string | null {
  if (Number.isSafeInteger(value)) return value === 0 ? "0" : String(value);
  if (!Number.isFinite(value)) return null;
  const text = String(value);
  const e = text.indexOf("e");
  if (e < 0) return text;
  const exponent = Number(text.slice(e + 1));
  const negative = text.startsWith("-");
  const [whole = "", fraction = ""] = text.slice(negative ? 1 : 0, e).split(".");
  const digits = whole + fraction;
  const point = whole.length + exponent;
  if (point <= 0) return assemble(negative, "0", "0".repeat(-point) + digits);
  return assemble(negative, digits.padEnd(point, "0").slice(0, point), digits.slice(point));
}

interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

function scaled(decimal: string): Scaled {
  const point = decimal.indexOf(".");
  if (point < 0) return { units: BigInt(decimal), scale: 0 };
  return {
    units: BigInt(decimal.slice(0, point) + decimal.slice(point + 1)),
    scale: decimal.length - point - 1,
  };
}

function unscaled({ units, scale }: Scaled): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(scale + 1, "0");
  const point = digits.length - scale;
  return assemble(negative, digits.slice(0, point), digits.slice(point));
}

const power = (scale: number): bigint => 10n ** BigInt(scale);

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`; both canonical. */
export function compareDecimals(a: string, b: string): number {
  if (a === b) return 0;
  // Decimals of up to 15 digits are told apart, and ordered, by their doubles.
  if (a.length <= 15 && b.length <= 15) return Number(a) - Number(b);
  const x = scaled(a);
  const y = scaled(b);
  const scale = Math.max(x.scale, y.scale);
  const difference = x.units * power(scale - x.scale) - y.units * power(scale - y.scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The exact product of two canonical decimals. */
export function multiplyDecimals(a: string, b: string): string {
  if (a.length + b.length <= 15 && !a.includes(".") && !b.includes("."))
    return String(Number(a) * Number(b) || 0);
  const x = scaled(a);
  const y = scaled(b);
  return unscaled({ units: x.units * y.units, scale: x.scale + y.scale });
}

/** `a / b` to at most `scale` digits after the point, half away from zero; `b` is not zero. */
export function divideDecimals(a: string, b: string, scale: number): string {
  const x = scaled(a);
  const y = scaled(b);
  return unscaled({
    units: roundedQuotient(x.units * power(scale + y.scale), y.units * power(x.scale)),
    scale,
  });
}

/** A canonical decimal rounded to `scale` digits after the point, half away from zero, as databases do. */
export function roundDecimal(decimal: string, scale: number): string {
  const point = decimal.indexOf(".");
  if (point < 0 || decimal.length - point - 1 <= scale) return decimal;
  const x = scaled(decimal);
  return unscaled({ units: roundedQuotient(x.units, power(x.scale - scale)), scale });
}

function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n;
  const a = dividend < 0n ? -dividend : dividend;
  const b = divisor < 0n ? -divisor : divisor;
  const quotient = (a * 2n + b) / (b * 2n);
  return negative ? -quotient : quotient;
}
