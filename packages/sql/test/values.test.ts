import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  conformers,
  decimalText,
  forDialect,
  narrowInteger,
  parseInteger,
  quoteName,
  textFault,
} from "../src/index.js";
import { mysql } from "../src/mysql/dialect.js";
import { postgresql } from "../src/postgresql/dialect.js";
import { sqlite } from "../src/sqlite/dialect.js";

test("an integer is a number where that is exact and a bigint beyond", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (n) => {
      const parsed = parseInteger(String(n));
      expect(BigInt(parsed)).toBe(n);
      expect(typeof parsed).toBe(n >= -(2n ** 53n) + 1n && n <= 2n ** 53n - 1n ? "number" : "bigint");
      expect(narrowInteger(n)).toBe(parsed);
    }),
  );
});

test("a number's decimal text has no exponent and is the same number", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (n) => {
      const text = decimalText(n);
      expect(text).toMatch(/^-?\d+(\.\d+)?$/);
      expect(Number(text)).toBe(n === 0 ? Math.abs(n) : n);
    }),
  );
});

test("a value is brought to its declared type where nothing is lost, and left alone otherwise", () => {
  expect(["57", "57.000", "+5", "9007199254740993", true, 5].map(conformers.integer)).toEqual([
    57,
    57,
    5,
    9007199254740993n,
    1,
    5,
  ]);
  expect(["", "5.5", "1e3", "abc"].map(conformers.integer)).toEqual(["", "5.5", "1e3", "abc"]);
  expect([0.1, 1e-7, 5, 5n, "1.50"].map(conformers.decimal)).toEqual(["0.1", "0.0000001", "5", "5", "1.50"]);
  expect(["0.10", "12345678901234567890.1", "5"].map(conformers.float)).toEqual([
    0.1,
    "12345678901234567890.1",
    5,
  ]);
  expect([0, 1, 2, "1", true].map(conformers.boolean)).toEqual([false, true, 2, "1", true]);
  expect([5, 2n ** 60n, "x"].map(conformers.text)).toEqual(["5", "1152921504606846976", "x"]);
});

test("text that no database could keep as it is is told", () => {
  expect(["fine", "👩🏽‍🚀", "a\0b", "\ud83d", "\ude00x"].map(textFault)).toEqual([
    null,
    null,
    "nul",
    "lone-surrogate",
    "lone-surrogate",
  ]);
});

test("a quoted name is one name whatever it holds", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1 }).filter((name) => !name.includes("\0")),
      (name) => {
        const quoted = quoteName(name);
        expect(quoted.slice(1, -1).replaceAll('""', '"')).toBe(name);
        expect(quoted.slice(1, -1).replaceAll('""', "")).not.toContain('"');
      },
    ),
  );
  expect(() => quoteName("")).toThrow(RangeError);
  expect(() => quoteName("a\0")).toThrow(RangeError);
});

test("dialect words become the engine's, other braces stay", () => {
  const sql = `SELECT {json_object_agg}(a, CAST(b AS {text})), '{}', '{"a": 1}' FROM t ;\n`;
  expect(forDialect(sql, sqlite)).toBe(
    `SELECT json_group_object(a, CAST(b AS TEXT)), '{}', '{"a": 1}' FROM t`,
  );
  expect(forDialect(sql, postgresql)).toContain("json_object_agg(a, CAST(b AS TEXT))");
  expect(forDialect(sql, mysql)).toContain("JSON_OBJECTAGG(a, CAST(b AS CHAR))");
  expect(() => forDialect("SELECT {epoch_tine(a)}, {epoch_year}", sqlite)).toThrow("do not exist");
});
