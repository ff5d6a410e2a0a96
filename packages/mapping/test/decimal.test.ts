import { decimalPattern } from "@cutover/model";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canonicalDecimal,
  compareDecimals,
  decimalOfNumber,
  divideDecimals,
  multiplyDecimals,
  roundDecimal,
} from "../src/decimal.js";

const canonical = new RegExp(decimalPattern);
const decimal = fc
  .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 25n }), fc.integer({ min: 0, max: 20 }))
  .map(([negative, digits, scale]) => {
    const text = digits.toString().padStart(scale + 1, "0");
    return `${negative ? "-" : ""}${text.slice(0, text.length - scale)}.${text.slice(text.length - scale)}`;
  });

describe("decimals", () => {
  it("have one canonical form", () => {
    for (const [text, wanted] of [
      ["87.50", "87.5"],
      ["087", "87"],
      ["+1.0", "1"],
      ["-0.00", "0"],
      [".5", "0.5"],
      ["5.", "5"],
      ["123456789012345678901234567890.10", "123456789012345678901234567890.1"],
    ] as const) {
      expect(canonicalDecimal(text)).toBe(wanted);
    }
    for (const text of ["", ".", "-", "1e3", "1,5", " 1", "0x1", "NaN", "1.2.3", "١"])
      expect(canonicalDecimal(text)).toBeNull();
    fc.assert(
      fc.property(decimal, (text) => {
        const form = canonicalDecimal(text)!;
        expect(form).toMatch(canonical);
        expect(canonicalDecimal(form)).toBe(form);
        expect(canonicalDecimal(`${text}0`)).toBe(form);
      }),
    );
  });

  it("are made of doubles without a loss", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = decimalOfNumber(value)!;
        expect(canonicalDecimal(text)).toBe(text);
        expect(Number(text)).toBe(value === 0 ? 0 : value);
      }),
    );
    expect(decimalOfNumber(1e21)).toBe("1000000000000000000000");
    expect(decimalOfNumber(-1.5e-7)).toBe("-0.00000015");
    expect(decimalOfNumber(Number.NaN)).toBeNull();
  });

  it("compare, multiply and divide exactly", () => {
    fc.assert(
      fc.property(decimal, decimal, (first, second) => {
        const a = canonicalDecimal(first)!;
        const b = canonicalDecimal(second)!;
        expect(Math.sign(compareDecimals(a, b))).toBe(-Math.sign(compareDecimals(b, a)) + 0);
        expect(compareDecimals(a, b) === 0).toBe(a === b);
        const product = multiplyDecimals(a, b);
        expect(product).toBe(multiplyDecimals(b, a));
        const divisor = b === "0" ? "1" : b;
        expect(divideDecimals(multiplyDecimals(a, divisor), divisor, 40)).toBe(a);
      }),
    );
    expect(multiplyDecimals("0.1", "0.2")).toBe("0.02");
    expect(compareDecimals("0.3", "0.30000000000000000001")).toBeLessThan(0);
  });

  it("round halves away from zero", () => {
    expect(roundDecimal("87.123455", 5)).toBe("87.12346");
    expect(roundDecimal("-2.5", 0)).toBe("-3");
    expect(roundDecimal("0.4", 0)).toBe("0");
    expect(roundDecimal("1.5", 3)).toBe("1.5");
  });
});
