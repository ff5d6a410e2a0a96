import { hash16Hex, type TableSpec, type TargetValue } from "@cutover/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparable, hashesOfRows } from "../src/index.js";

const types = ["text", "integer", "decimal", "float", "boolean", "json", "date", "bytes"] as const;
const table: TableSpec = {
  name: "t",
  table: "t",
  columns: types.map((type) => ({ name: type, type, nullable: true })),
  dependents: [],
  options: {},
};

const value: fc.Arbitrary<TargetValue> = fc.oneof(
  fc.constant(null),
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("0", "1", "9", ".", "-", "+", " ", "é", '"', "\\", "\n", "\u2028", "🎓"),
  }),
  fc.integer(),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.uint8Array({ maxLength: 8 }),
);

/** JSON has no number that large. */
const noBigint = value.filter((one) => typeof one !== "bigint");

describe("the hash of a row's values", () => {
  it("is that of their comparable texts as a list in JSON", () => {
    fc.assert(
      fc.property(fc.tuple(...types.map((type) => (type === "json" ? noBigint : value))), (row) => {
        const texts = row.map((one, i) => comparable(one, types[i]));
        expect(hashesOfRows(table, types, [row, row]).toString("hex")).toBe(
          hash16Hex(JSON.stringify(texts)).repeat(2),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("a decimal", () => {
  it("is the same in every spelling", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), maxLength: 6 });
    fc.assert(
      fc.property(
        fc.constantFrom("", "-"),
        digits,
        digits,
        fc.nat(3),
        fc.nat(3),
        (sign, whole, part, before, after) => {
          const shortest = comparable(`${sign}${whole}.${part}`, "decimal");
          const longer = `${sign}${"0".repeat(before)}${whole}.${part}${"0".repeat(after)}`;
          expect(comparable(longer, "decimal")).toBe(shortest);
          expect(comparable(shortest, "decimal")).toBe(shortest);
          expect(Number(shortest)).toBe(Number(`${sign}${whole}.${part}0`) + 0);
        },
      ),
    );
  });
});
