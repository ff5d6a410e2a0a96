const form = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

/**
 * A number's text without an exponent: `1E+5` → `100000`, `1.5e-3` → `0.0015`. Digits are moved, never
 * computed. A text that is no number, or would be thousands of digits long, stays as it is.
 */
export function plainDecimal(text: string): string {
  const parts = form.exec(text.trim());
  if (parts === null) return text;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = parts;
  if (whole === "" && fraction === "") return text;
  const shift = Number(exponent);
  if (Math.abs(shift) > 400) return text;
  let digits = whole + fraction;
  let point = whole.length + shift;
  if (point <= 0) {
    digits = "0".repeat(1 - point) + digits;
    point = 1;
  }
  digits = digits.padEnd(point, "0");
  const integer = digits.slice(0, point).replace(/^0+(?=\d)/, "");
  const rest = digits.slice(point);
  // Trailing zeros are kept as they were written, unless moving the point made them meaningless.
  const decimals = shift === 0 ? rest : rest.replace(/0+$/, "");
  const value = decimals === "" ? integer : `${integer}.${decimals}`;
  return sign === "-" && /[1-9]/.test(value) ? `-${value}` : value;
}

/** A whole number as number or bigint, whichever holds it exactly; null where the text is none. */
export function wholeNumber(text: string): number | bigint | null {
  const plain = plainDecimal(text).replace(/\.0*$/, "");
  if (!/^-?\d+$/.test(plain)) return null;
  const value = Number(plain);
  return Number.isSafeInteger(value) ? value : BigInt(plain);
}
