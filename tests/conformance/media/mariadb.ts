import { sqlExtractor } from "../extractor/sql.js";
import { sqlLoader } from "../loader/sql.js";
import { native } from "../native.js";

export const mariadbSource = sqlExtractor("mariadb", {
  name: "sql, MySQL/MariaDB",
  waivers: [
    {
      behaviour: "interleaving",
      because:
        "One connection sees the one state, and sends one result at a time: an extract is read to its end.",
    },
  ],
  natives: [
    native("TINYINT(1)", "integer", ["4", 4], ["-128", -128]),
    native("BIGINT UNSIGNED", "integer", ["18446744073709551615", 18446744073709551615n], ["0", 0]),
    native("INT(8) ZEROFILL", "integer", ["7", 7]),
    native("MEDIUMINT", "integer", ["-8388608", -8388608]),
    native("BIT(12)", "integer", ["b'101010101010'", 2730], ["0", 0]),
    native("BIT(64)", "integer", ["0xFFFFFFFFFFFFFFFF", 18446744073709551615n]),
    native("YEAR", "integer", ["2024", 2024], ["0", 0]),
    native("BIGINT AS (id * 3) STORED", "integer", ["DEFAULT", 3], ["DEFAULT", 6], ["DEFAULT", 9]),
    native(
      "DECIMAL(65,30)",
      "decimal",
      ["1.1", "1.100000000000000000000000000000"],
      ["-0.000000000000000000000000000001", "-0.000000000000000000000000000001"],
    ),
    native("FLOAT", "float", ["0.1", 0.1], ["1e30", 1e30]),
    native(
      "DATE",
      "date",
      ["'0000-00-00'", "0000-00-00"],
      ["'2024-00-00'", "2024-00-00"],
      ["'1000-01-01'", "1000-01-01"],
    ),
    native(
      "DATETIME(3)",
      "time",
      ["'0000-00-00'", "0000-00-00 00:00:00.000"],
      ["'2024-02-29 17:05:00.5'", "2024-02-29 17:05:00.500"],
    ),
    native(
      "DATETIME(6)",
      "time",
      ["'2024-02-29 17:05:00'", "2024-02-29 17:05:00.000000"],
      ["'9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999"],
    ),
    native(
      "TIMESTAMP NULL",
      "time",
      ["'2024-03-31 02:30:00'", "2024-03-31 02:30:00"],
      ["0", "0000-00-00 00:00:00"],
    ),
    native("TIME(2)", "time", ["'-838:59:59'", "-838:59:59.00"], ["'00:00:00.01'", "00:00:00.01"]),
    native(
      "VARCHAR(30) CHARACTER SET latin1 COLLATE latin1_swedish_ci",
      "text",
      ["'Ærø €\\N'", "Ærø €\\N"],
      ["''", ""],
    ),
    native("VARCHAR(30) CHARACTER SET utf8mb3", "text", ["'漢字'", "漢字"]),
    native("VARCHAR(30) CHARACTER SET ucs2", "text", ["'漢字é'", "漢字é"]),
    native("CHAR(5)", "text", ["'ab  '", "ab"], ["'漢字'", "漢字"]),
    native("BINARY(4)", "bytes", ["X'01'", Uint8Array.of(1, 0, 0, 0)]),
    native("VARCHAR(9) CHARACTER SET binary", "bytes", ["X'00FF'", Uint8Array.of(0, 255)]),
    native("ENUM('a','ø','')", "text", ["'ø'", "ø"], ["''", ""]),
    native("SET('a','ø')", "text", ["'ø,a'", "a,ø"], ["''", ""]),
    native("JSON", "json", [`'{"b": 1.50,"a":[ 1]}'`, '{"b": 1.50,"a":[ 1]}'], ["'null'", "null"]),
    native("UUID", "text", [
      "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'",
      "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
    ]),
  ],
});

export const mariadbTarget = sqlLoader("mariadb", {
  name: "sql, MySQL/MariaDB",
  waivers: [],
  natives: [
    native("TINYINT(1)", "integer", [4, 4], [true, 1], [128, "refused"], ["abc", "refused"], ["", "refused"]),
    native("BIGINT UNSIGNED", "integer", [18446744073709551615n, 18446744073709551615n], [-1, "refused"]),
    native("DECIMAL(5,2)", "decimal", ["999.99", "999.99"], ["1000", "refused"], ["1.234", "refused"]),
    native("DECIMAL(65,30)", "decimal", [
      "0.000000000000000000000000000001",
      "0.000000000000000000000000000001",
    ]),
    native("FLOAT", "float", [0.5, 0.5], [1e300, "refused"]),
    native("BIT(12)", "integer", [2730, 2730], [4096, "refused"]),
    native("YEAR", "integer", [2024, 2024], [1800, "refused"]),
    native(
      "DATE",
      "date",
      ["0000-00-00", "0000-00-00"],
      ["2023-02-29", "refused"],
      ["2024-02-29 10:30:00", "refused"],
      ["", "refused"],
    ),
    native(
      "DATETIME(3)",
      "time",
      ["2024-02-29 17:05:00.5", "2024-02-29 17:05:00.500"],
      ["2024-02-29 17:05:00.1234", "refused"],
    ),
    native(
      "TIMESTAMP NULL",
      "time",
      ["2024-03-31 02:30:00", "2024-03-31 02:30:00"],
      ["2040-01-01 00:00:00", "refused"],
    ),
    native("TIME(2)", "time", ["-838:59:59", "-838:59:59.00"], ["900:00:00", "refused"]),
    native(
      "VARCHAR(9) CHARACTER SET latin1 COLLATE latin1_swedish_ci",
      "text",
      ["Ærø €\\N", "Ærø €\\N"],
      ["漢", "refused"],
    ),
    native("VARCHAR(9) CHARACTER SET utf8mb3", "text", ["漢", "漢"], ["👩", "refused"]),
    native("VARCHAR(3)", "text", ["👩👩👩", "👩👩👩"], ["abcd", "refused"], ["abc ", "refused"]),
    native("CHAR(5)", "text", ["ab", "ab"]),
    native(
      "TINYTEXT",
      "text",
      ["x".repeat(255), "x".repeat(255)],
      ["x".repeat(256), "refused"],
      ["é".repeat(128), "refused"],
    ),
    native(
      "BINARY(4)",
      "bytes",
      [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(1, 2, 3, 4)],
      [Uint8Array.of(1, 2, 3, 4, 5), "refused"],
    ),
    native(
      "VARBINARY(9)",
      "bytes",
      [Uint8Array.of(0x5c, 0x4e), Uint8Array.of(0x5c, 0x4e)],
      [Uint8Array.of(), Uint8Array.of()],
    ),
    native("ENUM('a','ø')", "text", ["ø", "ø"], ["b", "refused"], ["", "refused"]),
    native("SET('a','ø')", "text", ["a,ø", "a,ø"], ["b", "refused"]),
    native("JSON", "json", ['{"b": 1.50,"a":"\\\\N"}', '{"b": 1.50,"a":"\\\\N"}'], ["{", "refused"]),
    native("INTEGER CHECK (c21 > 0)", "integer", [1, 1], [-1, "refused"]),
  ],
});
