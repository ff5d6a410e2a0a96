import { sqlExtractor } from "../extractor/sql.js";
import { sqlLoader } from "../loader/sql.js";
import { native } from "../native.js";

const digits = "SQLite itself keeps a DECIMAL as a double; declare the column TEXT to keep its digits.";

export const sqliteSource = sqlExtractor("sqlite", {
  name: "sql, SQLite",
  waivers: [
    {
      behaviour: "decimals",
      because: digits,
    },
  ],
  natives: [
    native("TEXT", "text", ["5", "5"], ["1.50", "1.5"], ["CAST(X'610062' AS TEXT)", "a\0b"]),
    // SQLite takes any value in any column; what does not fit is for the mapping to flag.
    native("INTEGER", "integer", ["'abc'", "abc"], ["1.5", 1.5], ["'12'", 12]),
    native("BOOLEAN", "boolean", ["2", 2], ["1", true]),
    native("REAL", "float", ["5", 5], ["9e999", Infinity]),
    native("", "text", ["'x'", "x"], ["X'00FF'", Uint8Array.of(0, 255)]),
    native("BIGINT AS (id * 3)", "integer", ["DEFAULT", 3], ["DEFAULT", 6], ["DEFAULT", 9]),
    native(
      "VARCHAR(3) DEFAULT 'def'",
      "text",
      ["'too long'", "too long"],
      ["DEFAULT", "def"],
      ["DEFAULT", "def"],
    ),
  ],
});

export const sqliteTarget = sqlLoader("sqlite", {
  name: "sql, SQLite",
  waivers: [{ behaviour: "decimals", because: digits }],
  natives: [
    native("DECIMAL(10,2)", "text", ["1.239", "refused"], ["1.20", "1.2"]),
    native("BOOLEAN", "boolean", [true, true], ["0", false], [2, "refused"]),
    native("BLOB", "bytes", [Uint8Array.of(), Uint8Array.of()]),
  ],
});
