import { decimalText } from "@cutover/sql";
import { fileExtractor } from "../extractor/files.js";
import { native } from "../native.js";
import { cell, numberCell, workbook } from "../workbook.js";

export const xlsxSource = fileExtractor({
  name: "xlsx",
  medium: "xlsx",
  waivers: [
    {
      behaviour: "floats",
      because:
        "A number is read with the 15 digits that spreadsheets show, not with what binary adds to them.",
    },
    { behaviour: "bytes", because: "A cell holds no bytes." },
    { behaviour: "nulls", because: "A cell of an empty text is an empty cell." },
  ],
  // A number in a column of integers is one; elsewhere it is its digits.
  reads: (value, { type }) => {
    return typeof value === "number" && type !== "integer" ? decimalText(value) : value;
  },
  write: (columns, rows) =>
    workbook([columns.map(({ name }) => cell(name)), ...rows.map((row) => row.map(cell))]),
  natives: [
    native("yyyy-mm-dd", "text", ["45351", "2024-02-29"], ["1", "1900-01-01"], ["60", "1900-02-29"]),
    native(
      "dd/mm/yyyy hh:mm",
      "text",
      ["45351.7118055556", "2024-02-29T17:05:00"],
      ["45351.5", "2024-02-29T12:00:00"],
    ),
    native("[h]:mm:ss", "text", ["1.5", "36:00:00"]),
    native(
      "0.00",
      "text",
      ["1E+5", "100000"],
      ["19.989999999999998", "19.99"],
      ["12345678901234567890", "12345678901234567890"],
    ),
    native("@", "integer", ["9007199254740993", 9007199254740993n], ["-0", 0]),
  ],
  writeNatives: (natives) => {
    const longest = Math.max(...natives.map(({ values }) => values.length));
    const rows = Array.from({ length: longest }, (_, row) => [
      cell(row + 1),
      ...natives.map(({ values }, i) =>
        values[row] === undefined ? cell(null) : numberCell(values[row][0], i + 1),
      ),
    ]);
    const header = ["id", ...natives.map((_, i) => `c${i}`)];
    return workbook(
      [header.map(cell), ...rows],
      natives.map(({ declared }) => declared),
    );
  },
});
