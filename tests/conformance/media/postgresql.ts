import { sqlExtractor } from "../extractor/sql.js";
import { sqlLoader } from "../loader/sql.js";
import { native } from "../native.js";

export const postgresqlSource = sqlExtractor("postgresql", {
  name: "sql, PostgreSQL",
  waivers: [],
  natives: [
    native("NUMERIC", "decimal", ["1.10", "1.10"], ["'NaN'", "NaN"], [`1e-20`, "0.00000000000000000001"]),
    native("NUMERIC(20,5)", "integer", ["5", 5], ["5.5", "5.50000"], ["-0", 0]),
    native("REAL", "float", ["0.1", 0.1], ["'NaN'", "NaN"], ["'-Infinity'", "-Infinity"]),
    native("DOUBLE PRECISION", "float", ["'-0'", -0], ["5e-324", 5e-324]),
    native("SMALLINT", "integer", ["-32768", -32768]),
    native(
      "BIGINT GENERATED ALWAYS AS (id * 3) STORED",
      "integer",
      ["DEFAULT", 3],
      ["DEFAULT", 6],
      ["DEFAULT", 9],
    ),
    native("BIGINT GENERATED ALWAYS AS IDENTITY", "integer", ["DEFAULT", 1], ["DEFAULT", 2], ["DEFAULT", 3]),
    native("OID", "integer", ["4294967295", 4294967295]),
    native(
      "DATE",
      "date",
      ["'infinity'", "infinity"],
      ["'0044-03-15 BC'", "0044-03-15 BC"],
      ["'12024-02-29'", "12024-02-29"],
    ),
    native(
      "TIMESTAMP",
      "time",
      ["'2024-02-29 17:05:00.123456'", "2024-02-29 17:05:00.123456"],
      ["'-infinity'", "-infinity"],
      ["'0044-03-15 12:00 BC'", "0044-03-15 12:00:00 BC"],
    ),
    native(
      "TIMESTAMPTZ",
      "time",
      ["'2024-03-31 02:30:00.5 Europe/Copenhagen'", "2024-03-31 01:30:00.5+00"],
      ["'infinity'", "infinity"],
    ),
    native("TIME", "time", ["'24:00:00'", "24:00:00"], ["'00:00:00.000001'", "00:00:00.000001"]),
    native("TIMETZ", "time", ["'17:05+02'", "17:05:00+02"]),
    native("INTERVAL", "text", ["'1 year 2 months 3 days 4 hours'", "P1Y2M3DT4H"], ["'-1 day'", "P-1D"]),
    native("CHAR(5)", "text", ["'ab'", "ab   "], ["'漢字'", "漢字   "]),
    native("UUID", "text", [
      "'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'",
      "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    ]),
    native(
      "JSONB",
      "json",
      [`'{"b": 1.50, "a": "\\n\\\\N"}'`, '{"a": "\\n\\\\N", "b": 1.50}'],
      ["'null'", "null"],
    ),
    native("TEXT[]", "text", [`'{a,"b c","d,\\"e",NULL}'`, '{a,"b c","d,\\"e",NULL}'], ["'{}'", "{}"]),
    native("BIT(12)", "text", ["B'101010101010'", "101010101010"]),
    native("BOOLEAN", "integer", ["TRUE", 1], ["FALSE", 0]),
    native("BYTEA", "bytes", ["''", Uint8Array.of()], ["'\\x5c2e0a'", Uint8Array.of(0x5c, 0x2e, 0x0a)]),
    native("INET", "text", ["'10.0.0.0/8'", "10.0.0.0/8"]),
  ],
});

export const postgresqlTarget = sqlLoader("postgresql", {
  name: "sql, PostgreSQL",
  waivers: [],
  natives: [
    native("SMALLINT", "integer", [-32768, -32768], [32768, "refused"]),
    native("BIGINT", "integer", [2n ** 63n, "refused"], ["", "refused"], [true, 1]),
    native("NUMERIC", "decimal", ["1.10", "1.10"], [1e-7, "0.0000001"]),
    native("NUMERIC(5,2)", "decimal", ["999.99", "999.99"], ["1000", "refused"], ["1.234", "refused"]),
    native("REAL", "float", [0.5, 0.5], ["1e400", "refused"]),
    native("DATE", "date", ["2023-02-29", "refused"], ["0001-01-01", "0001-01-01"], ["", "refused"]),
    native(
      "TIMESTAMP(3)",
      "time",
      ["2024-02-29 17:05:00.5", "2024-02-29 17:05:00.5"],
      ["2024-02-29 17:05:00.1234", "refused"],
    ),
    native(
      "TIMESTAMPTZ",
      "time",
      ["2024-03-31T02:30:00+02:00", "2024-03-31 00:30:00+00"],
      ["2024-02-29 17:05:00.123456Z", "2024-02-29 17:05:00.123456+00"],
    ),
    native("TIME", "time", ["24:00:00", "24:00:00"], ["25:00", "refused"]),
    native(
      "UUID",
      "text",
      ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
      ["no", "refused"],
    ),
    native("JSONB", "json", ['{"a": "\\\\N\\t"}', '{"a": "\\\\N\\t"}'], ["{", "refused"]),
    native("JSON", "json", ["null", "null"], ["", "refused"]),
    native("TEXT[]", "text", ['{a,"b\\\\c",NULL}', '{a,"b\\\\c",NULL}'], ["{", "refused"]),
    native("VARCHAR(3)", "text", ["👩👩👩", "👩👩👩"], ["abcd", "refused"], ["abc ", "refused"]),
    native("CHAR(3)", "text", ["abc", "abc"], ["abcd", "refused"]),
    native("BOOLEAN", "boolean", ["1", true], [0, false], ["yes", "refused"]),
    native("BYTEA", "bytes", [Uint8Array.of(), Uint8Array.of()], ["\\x41", Buffer.from("\\x41")]),
    native("INTEGER CHECK (c17 > 0)", "integer", [1, 1], [-1, "refused"]),
  ],
});
