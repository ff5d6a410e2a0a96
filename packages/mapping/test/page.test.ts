import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { CanonicalRecord, SourceValue } from "@cutover/model";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { loadSystem, type InboundMapping, type Mapped } from "../src/index.js";

const folder = join(import.meta.dirname, "../../../mappings");
const systems = readdirSync(folder).map((name) => loadSystem({ folder: join(folder, name) }).system!);

/** What no mapping hopes for. */
const junk = fc.constantFrom<SourceValue>(
  null,
  "",
  " ",
  "x",
  "a\u0000b",
  "\uD800",
  "2024-02-30",
  "31.12.2025 25:00",
  -1,
  0,
  1,
  1.5,
  Number.NaN,
  9007199254740993n,
  true,
  new Uint8Array([0xff]),
  "__proto__",
  "longer than what is remembered of a text, for it may be cut out of another one",
);

/** Rows of what the examples of a mapping give in their columns, and of what they do not. */
function rowsOf({ name, extract }: InboundMapping, examples: readonly Readonly<Record<string, unknown>>[]) {
  const values = extract.columns.map((column) => {
    const given = examples.flatMap((example) => (example[column.name] ?? []) as SourceValue);
    return given.length === 0
      ? junk
      : fc.oneof({ arbitrary: fc.constantFrom(...given), weight: 8 }, { arbitrary: junk, weight: 1 });
  });
  return { name, rows: fc.array(fc.tuple(...values), { maxLength: 40 }) };
}

/** What a page says of its rows, told as it is of a row by itself. */
function told(mapping: InboundMapping, rows: readonly (readonly SourceValue[])[]): readonly Mapped[] {
  const { keys, values, said } = mapping.page(rows);
  expect(values.map(({ length }) => length)).toEqual(mapping.fields.map(() => rows.length));
  return rows.map((_, place) => {
    const { excluded, isMapped, issues } = said.get(place) ?? { excluded: null, isMapped: true, issues: [] };
    const record = Object.fromEntries(mapping.fields.map((field, i) => [field, values[i]![place]!]));
    if (!isMapped) expect(new Set(Object.values(record))).toEqual(new Set([null]));
    return { key: keys[place]!, excluded, record: isMapped ? record : null, issues };
  });
}

const filled = ({ fields }: InboundMapping, { record, ...mapped }: Mapped): Mapped => ({
  ...mapped,
  record: record && (Object.fromEntries(fields.map((field) => [field, record[field]!])) as CanonicalRecord),
});

describe("rows that are mapped together", () => {
  it.each(
    systems.flatMap((system) => system.inbound.map((mapping) => [mapping.name, mapping, system] as const)),
  )("are what each is by itself: %s", (name, mapping, { definition }) => {
    const { examples } = definition.inbound.find((def) => def.name === name)!;
    const { rows } = rowsOf(
      mapping,
      examples.map(({ given }) => given),
    );
    fc.assert(
      fc.property(rows, (page) => {
        const alone = page.map((row) => filled(mapping, mapping.map(row)));
        expect(told(mapping, page)).toEqual(alone);
        expect(told(mapping, page.toReversed())).toEqual(alone.toReversed());
      }),
      { numRuns: 25 },
    );
  });
});
