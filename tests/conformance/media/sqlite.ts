import { sqlExtractor } from "../extractor/sql.js";
import { sqlLoader } from "../loader/sql.js";

const text = { name: "c", type: "text", nullable: true } as const;
const integer = { ...text, type: "integer" } as const;

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
    {
      declared: "TEXT",
      column: text,
      values: [
        ["5", "5"],
        ["1.50", "1.5"],
        ["CAST(X'610062' AS TEXT)", "a\0b"],
      ],
    },
    // SQLite takes any value in any column; what does not fit is for the mapping to flag.
    {
      declared: "INTEGER",
      column: integer,
      values: [
        ["'abc'", "abc"],
        ["1.5", 1.5],
        ["'12'", 12],
      ],
    },
    {
      declared: "BOOLEAN",
      column: { ...text, type: "boolean" },
      values: [
        ["2", 2],
        ["1", true],
      ],
    },
    {
      declared: "REAL",
      column: { ...text, type: "float" },
      values: [
        ["5", 5],
        ["9e999", Infinity],
      ],
    },
    {
      declared: "",
      column: text,
      values: [
        ["'x'", "x"],
        ["X'00FF'", Uint8Array.of(0, 255)],
      ],
    },
    {
      declared: "BIGINT AS (id * 3)",
      column: integer,
      values: [
        ["DEFAULT", 3],
        ["DEFAULT", 6],
        ["DEFAULT", 9],
      ],
    },
    {
      declared: "VARCHAR(3) DEFAULT 'def'",
      column: text,
      values: [
        ["'too long'", "too long"],
        ["DEFAULT", "def"],
        ["DEFAULT", "def"],
      ],
    },
  ],
});

export const sqliteTarget = sqlLoader("sqlite", {
  name: "sql, SQLite",
  waivers: [{ behaviour: "decimals", because: digits }],
  natives: [
    {
      declared: "DECIMAL(10,2)",
      column: text,
      values: [
        ["1.239", "refused"],
        ["1.20", "1.2"],
      ],
    },
    {
      declared: "BOOLEAN",
      column: { ...text, type: "boolean" },
      values: [
        [true, true],
        ["0", false],
        [2, "refused"],
      ],
    },
    { declared: "BLOB", column: { ...text, type: "bytes" }, values: [[Uint8Array.of(), Uint8Array.of()]] },
  ],
});
