import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createExtractor } from "@cutover/extractors";
import {
  exceptionColumns,
  workbookRows,
  writeCsv,
  writeExceptionWorkbook,
  type ExceptionOf,
} from "@cutover/report";
import { newFolder } from "./folders.js";
import { sampleEvidence } from "./sample.js";

/** What a spreadsheet would take for a formula: at the beginning of a cell, or of what it may make a cell of. */
const runs = (cell: string): boolean =>
  !/^[+-]?\d+(\.\d+)?$/.test(cell) && /^\s*[=+\-@|%＝＋－＠]/u.test(cell);
const parts = (cell: string): string[] => cell.split(/[;\t\r\n]/);

/** Text as an enemy would write it. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "=",
        "+",
        "-",
        "@",
        "|",
        "%",
        "'",
        '"',
        ",",
        ";",
        "\t",
        "\r\n",
        "\n",
        " ",
        "\u00a0",
        "\ufeff",
        "＝",
      ),
      fc.constantFrom(
        "HYPERLINK(1)",
        "cmd",
        "7",
        "-1.5",
        "\u0000",
        "\u0007",
        "\ufffe",
        "\ud800",
        "𠮷",
        "\u202e",
        "_x0041_",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(""));

/** Without apostrophes, and with what no XML can hold replaced: what must be left of a value. */
const content = (value: string): string =>
  value
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "\uFFFD")
    .toWellFormed()
    .replaceAll("'", "");

const exceptionOf = (source: string): ExceptionOf => ({ ...sampleEvidence.exceptions[0]!, source });

async function readWorkbook(folder: string): Promise<readonly (string | null)[]> {
  const extractor = await createExtractor({ medium: "xlsx", connection: { folder }, folder });
  const titles = exceptionColumns.map(([, title]) => title);
  const values: (string | null)[] = [];
  try {
    const batches = extractor.read(
      {
        name: "exceptions",
        key: ["source key"],
        columns: titles.map((name) => ({ name, type: "text", nullable: true })),
        options: { file: "x.xlsx" },
      },
      {},
    );
    for await (const batch of batches) {
      expect(batch.rejected).toEqual([]);
      values.push(...batch.rows.map((row) => row[titles.indexOf("source value")] as string | null));
    }
  } finally {
    await extractor.close();
  }
  return values;
}

describe("the lists as CSV", () => {
  it("hold every text, and nothing that a spreadsheet would run", async () => {
    const file = join(newFolder(), "x.csv");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(hostile, hostile), { minLength: 1, maxLength: 20 }),
        async (rows) => {
          await writeCsv(file, ["a", "b"], rows);
          const [, ...read] = parse(readFileSync(file), { bom: true }) as string[][];
          expect(read).toHaveLength(rows.length);
          read.flat().forEach((cell, i) => {
            for (const part of parts(cell)) expect(runs(part), JSON.stringify(cell)).toBe(false);
            expect(cell.replaceAll("'", "")).toBe(content(rows.flat()[i]!));
          });
        },
      ),
      { numRuns: 150 },
    );
  });

  it("leave numbers as they are", async () => {
    const file = join(newFolder(), "x.csv");
    await writeCsv(file, ["a"], [["-1.5"], ["+7"], [12]]);
    expect(readFileSync(file, "utf8")).toBe("\uFEFFa\r\n-1.5\r\n+7\r\n12\r\n");
  });

  it("are written while their rows come, not after", async () => {
    const file = join(newFolder(), "x.csv");
    const total = 200_000;
    const line = "a line of some length, as a record has it";
    let ahead = 0;
    const rows = function* (): Generator<readonly [number, string]> {
      for (let i = 1; i <= total; i++) {
        if (i % 10_000 === 0) ahead = Math.max(ahead, i * line.length - statSync(`${file}.part`).size);
        yield [i, line];
      }
    };
    expect(await writeCsv(file, ["n", "text"], rows())).toMatchObject({ rows: total });
    expect(ahead).toBeLessThan(1_000_000);
  });
});

describe("the exceptions as a workbook", () => {
  it("hold every text, and nothing that a spreadsheet would run", async () => {
    const folder = newFolder();
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 40 }), async (values) => {
        await writeExceptionWorkbook(join(folder, "x.xlsx"), values.map(exceptionOf), values.length);
        const read = await readWorkbook(folder);
        expect(read).toHaveLength(values.length);
        read.forEach((cell, i) => {
          expect(runs(cell ?? ""), JSON.stringify(cell)).toBe(false);
          // XML knows one kind of line end.
          const one = (text: string): string => text.replaceAll(/\r\n?/g, "\n");
          const boxed = content(values[i]!).replace(
            /[\u007F-\u0084\u0086-\u009F\uFFFD]|\p{Noncharacter_Code_Point}/gu,
            "□",
          );
          expect(one((cell ?? "").replaceAll("'", ""))).toBe(one(boxed));
        });
      }),
      { numRuns: 60 },
    );
  });

  it("cut a text where a cell ends, never within a character", async () => {
    const folder = newFolder();
    await writeExceptionWorkbook(join(folder, "x.xlsx"), [exceptionOf("a" + "𠮷".repeat(20_000))], 1);
    const [cell] = await readWorkbook(folder);
    expect(cell!.length).toBeLessThanOrEqual(32_767);
    expect(cell!.isWellFormed()).toBe(true);
  });

  it("say where the rest is when there are too many", async () => {
    const folder = newFolder();
    const many = Array.from({ length: workbookRows }, () => exceptionOf("x"));
    const written = await writeExceptionWorkbook(join(folder, "x.xlsx"), many, workbookRows + 5);
    expect(written.rows).toBe(workbookRows);
    expect(await readWorkbook(folder)).toHaveLength(workbookRows + 1);
  });
});
