import { sqlExtractor } from "../extractor/sql.js";
import { sqlLoader } from "../loader/sql.js";

const text = { name: "c", type: "text", nullable: true } as const;
const integer = { ...text, type: "integer" } as const;
const decimal = { ...text, type: "decimal" } as const;
const float = { ...text, type: "float" } as const;
const date = { ...text, type: "date" } as const;
const time = { ...text, type: "time" } as const;

export const postgresqlSource = sqlExtractor("postgresql", {
  name: "sql, PostgreSQL",
  waivers: [],
  natives: [
    {
      declared: "NUMERIC",
      column: decimal,
      values: [
        ["1.10", "1.10"],
        ["'NaN'", "NaN"],
        [`1e-20`, "0.00000000000000000001"],
      ],
    },
    {
      declared: "NUMERIC(20,5)",
      column: integer,
      values: [
        ["5", 5],
        ["5.5", "5.50000"],
        ["-0", 0],
      ],
    },
    {
      declared: "REAL",
      column: float,
      values: [
        ["0.1", 0.1],
        ["'NaN'", "NaN"],
        ["'-Infinity'", "-Infinity"],
      ],
    },
    {
      declared: "DOUBLE PRECISION",
      column: float,
      values: [
        ["'-0'", -0],
        ["5e-324", 5e-324],
      ],
    },
    { declared: "SMALLINT", column: integer, values: [["-32768", -32768]] },
    {
      declared: "BIGINT GENERATED ALWAYS AS (id * 3) STORED",
      column: integer,
      values: [
        ["DEFAULT", 3],
        ["DEFAULT", 6],
        ["DEFAULT", 9],
      ],
    },
    {
      declared: "BIGINT GENERATED ALWAYS AS IDENTITY",
      column: integer,
      values: [
        ["DEFAULT", 1],
        ["DEFAULT", 2],
        ["DEFAULT", 3],
      ],
    },
    { declared: "OID", column: integer, values: [["4294967295", 4294967295]] },
    {
      declared: "DATE",
      column: date,
      values: [
        ["'infinity'", "infinity"],
        ["'0044-03-15 BC'", "0044-03-15 BC"],
        ["'12024-02-29'", "12024-02-29"],
      ],
    },
    {
      declared: "TIMESTAMP",
      column: time,
      values: [
        ["'2024-02-29 17:05:00.123456'", "2024-02-29 17:05:00.123456"],
        ["'-infinity'", "-infinity"],
        ["'0044-03-15 12:00 BC'", "0044-03-15 12:00:00 BC"],
      ],
    },
    {
      declared: "TIMESTAMPTZ",
      column: time,
      values: [
        ["'2024-03-31 02:30:00.5 Europe/Copenhagen'", "2024-03-31 01:30:00.5+00"],
        ["'infinity'", "infinity"],
      ],
    },
    {
      declared: "TIME",
      column: time,
      values: [
        ["'24:00:00'", "24:00:00"],
        ["'00:00:00.000001'", "00:00:00.000001"],
      ],
    },
    { declared: "TIMETZ", column: time, values: [["'17:05+02'", "17:05:00+02"]] },
    {
      declared: "INTERVAL",
      column: text,
      values: [
        ["'1 year 2 months 3 days 4 hours'", "P1Y2M3DT4H"],
        ["'-1 day'", "P-1D"],
      ],
    },
    {
      declared: "CHAR(5)",
      column: text,
      values: [
        ["'ab'", "ab   "],
        ["'漢字'", "漢字   "],
      ],
    },
    {
      declared: "UUID",
      column: text,
      values: [["'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]],
    },
    {
      declared: "JSONB",
      column: { ...text, type: "json" },
      values: [
        [`'{"b": 1.50, "a": "\\n\\\\N"}'`, '{"a": "\\n\\\\N", "b": 1.50}'],
        ["'null'", "null"],
      ],
    },
    {
      declared: "TEXT[]",
      column: text,
      values: [
        [`'{a,"b c","d,\\"e",NULL}'`, '{a,"b c","d,\\"e",NULL}'],
        ["'{}'", "{}"],
      ],
    },
    { declared: "BIT(12)", column: text, values: [["B'101010101010'", "101010101010"]] },
    {
      declared: "BOOLEAN",
      column: integer,
      values: [
        ["TRUE", 1],
        ["FALSE", 0],
      ],
    },
    {
      declared: "BYTEA",
      column: { ...text, type: "bytes" },
      values: [
        ["''", Uint8Array.of()],
        ["'\\x5c2e0a'", Uint8Array.of(0x5c, 0x2e, 0x0a)],
      ],
    },
    { declared: "INET", column: text, values: [["'10.0.0.0/8'", "10.0.0.0/8"]] },
  ],
});

export const postgresqlTarget = sqlLoader("postgresql", {
  name: "sql, PostgreSQL",
  waivers: [],
  natives: [
    {
      declared: "SMALLINT",
      column: integer,
      values: [
        [-32768, -32768],
        [32768, "refused"],
      ],
    },
    {
      declared: "BIGINT",
      column: integer,
      values: [
        [2n ** 63n, "refused"],
        ["", "refused"],
        [true, 1],
      ],
    },
    {
      declared: "NUMERIC",
      column: decimal,
      values: [
        ["1.10", "1.10"],
        [1e-7, "0.0000001"],
      ],
    },
    {
      declared: "NUMERIC(5,2)",
      column: decimal,
      values: [
        ["999.99", "999.99"],
        ["1000", "refused"],
        ["1.234", "refused"],
      ],
    },
    {
      declared: "REAL",
      column: float,
      values: [
        [0.5, 0.5],
        ["1e400", "refused"],
      ],
    },
    {
      declared: "DATE",
      column: date,
      values: [
        ["2023-02-29", "refused"],
        ["0001-01-01", "0001-01-01"],
        ["", "refused"],
      ],
    },
    {
      declared: "TIMESTAMP(3)",
      column: time,
      values: [
        ["2024-02-29 17:05:00.5", "2024-02-29 17:05:00.5"],
        ["2024-02-29 17:05:00.1234", "refused"],
      ],
    },
    {
      declared: "TIMESTAMPTZ",
      column: time,
      values: [
        ["2024-03-31T02:30:00+02:00", "2024-03-31 00:30:00+00"],
        ["2024-02-29 17:05:00.123456Z", "2024-02-29 17:05:00.123456+00"],
      ],
    },
    {
      declared: "TIME",
      column: time,
      values: [
        ["24:00:00", "24:00:00"],
        ["25:00", "refused"],
      ],
    },
    {
      declared: "UUID",
      column: text,
      values: [
        ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
        ["no", "refused"],
      ],
    },
    {
      declared: "JSONB",
      column: { ...text, type: "json" },
      values: [
        ['{"a": "\\\\N\\t"}', '{"a": "\\\\N\\t"}'],
        ["{", "refused"],
      ],
    },
    {
      declared: "JSON",
      column: { ...text, type: "json" },
      values: [
        ["null", "null"],
        ["", "refused"],
      ],
    },
    {
      declared: "TEXT[]",
      column: text,
      values: [
        ['{a,"b\\\\c",NULL}', '{a,"b\\\\c",NULL}'],
        ["{", "refused"],
      ],
    },
    {
      declared: "VARCHAR(3)",
      column: text,
      values: [
        ["👩👩👩", "👩👩👩"],
        ["abcd", "refused"],
        ["abc ", "refused"],
      ],
    },
    {
      declared: "CHAR(3)",
      column: text,
      values: [
        ["abc", "abc"],
        ["abcd", "refused"],
      ],
    },
    {
      declared: "BOOLEAN",
      column: { ...text, type: "boolean" },
      values: [
        ["1", true],
        [0, false],
        ["yes", "refused"],
      ],
    },
    {
      declared: "BYTEA",
      column: { ...text, type: "bytes" },
      values: [
        [Uint8Array.of(), Uint8Array.of()],
        ["\\x41", Buffer.from("\\x41")],
      ],
    },
    {
      declared: "INTEGER CHECK (c17 > 0)",
      column: integer,
      values: [
        [1, 1],
        [-1, "refused"],
      ],
    },
  ],
});
