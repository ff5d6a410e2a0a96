import { sqlExtractor } from "../extractor/sql.js";
import { sqlLoader } from "../loader/sql.js";

const text = { name: "c", type: "text", nullable: true } as const;
const integer = { ...text, type: "integer" } as const;
const decimal = { ...text, type: "decimal" } as const;
const float = { ...text, type: "float" } as const;
const date = { ...text, type: "date" } as const;
const time = { ...text, type: "time" } as const;
const bytes = { ...text, type: "bytes" } as const;

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
    {
      declared: "TINYINT(1)",
      column: integer,
      values: [
        ["4", 4],
        ["-128", -128],
      ],
    },
    {
      declared: "BIGINT UNSIGNED",
      column: integer,
      values: [
        ["18446744073709551615", 18446744073709551615n],
        ["0", 0],
      ],
    },
    { declared: "INT(8) ZEROFILL", column: integer, values: [["7", 7]] },
    { declared: "MEDIUMINT", column: integer, values: [["-8388608", -8388608]] },
    {
      declared: "BIT(12)",
      column: integer,
      values: [
        ["b'101010101010'", 2730],
        ["0", 0],
      ],
    },
    { declared: "BIT(64)", column: integer, values: [["0xFFFFFFFFFFFFFFFF", 18446744073709551615n]] },
    {
      declared: "YEAR",
      column: integer,
      values: [
        ["2024", 2024],
        ["0", 0],
      ],
    },
    {
      declared: "BIGINT AS (id * 3) STORED",
      column: integer,
      values: [
        ["DEFAULT", 3],
        ["DEFAULT", 6],
        ["DEFAULT", 9],
      ],
    },
    {
      declared: "DECIMAL(65,30)",
      column: decimal,
      values: [
        ["1.1", "1.100000000000000000000000000000"],
        ["-0.000000000000000000000000000001", "-0.000000000000000000000000000001"],
      ],
    },
    {
      declared: "FLOAT",
      column: float,
      values: [
        ["0.1", 0.1],
        ["1e30", 1e30],
      ],
    },
    {
      declared: "DATE",
      column: date,
      values: [
        ["'0000-00-00'", "0000-00-00"],
        ["'2024-00-00'", "2024-00-00"],
        ["'1000-01-01'", "1000-01-01"],
      ],
    },
    {
      declared: "DATETIME(3)",
      column: time,
      values: [
        ["'0000-00-00'", "0000-00-00 00:00:00.000"],
        ["'2024-02-29 17:05:00.5'", "2024-02-29 17:05:00.500"],
      ],
    },
    {
      declared: "DATETIME(6)",
      column: time,
      values: [
        ["'2024-02-29 17:05:00'", "2024-02-29 17:05:00.000000"],
        ["'9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999"],
      ],
    },
    {
      declared: "TIMESTAMP NULL",
      column: time,
      values: [
        ["'2024-03-31 02:30:00'", "2024-03-31 02:30:00"],
        ["0", "0000-00-00 00:00:00"],
      ],
    },
    {
      declared: "TIME(2)",
      column: time,
      values: [
        ["'-838:59:59'", "-838:59:59.00"],
        ["'00:00:00.01'", "00:00:00.01"],
      ],
    },
    {
      declared: "VARCHAR(30) CHARACTER SET latin1 COLLATE latin1_swedish_ci",
      column: text,
      values: [
        ["'Ærø €\\N'", "Ærø €\\N"],
        ["''", ""],
      ],
    },
    { declared: "VARCHAR(30) CHARACTER SET utf8mb3", column: text, values: [["'漢字'", "漢字"]] },
    { declared: "VARCHAR(30) CHARACTER SET ucs2", column: text, values: [["'漢字é'", "漢字é"]] },
    {
      declared: "CHAR(5)",
      column: text,
      values: [
        ["'ab  '", "ab"],
        ["'漢字'", "漢字"],
      ],
    },
    { declared: "BINARY(4)", column: bytes, values: [["X'01'", Uint8Array.of(1, 0, 0, 0)]] },
    {
      declared: "VARCHAR(9) CHARACTER SET binary",
      column: bytes,
      values: [["X'00FF'", Uint8Array.of(0, 255)]],
    },
    {
      declared: "ENUM('a','ø','')",
      column: text,
      values: [
        ["'ø'", "ø"],
        ["''", ""],
      ],
    },
    {
      declared: "SET('a','ø')",
      column: text,
      values: [
        ["'ø,a'", "a,ø"],
        ["''", ""],
      ],
    },
    {
      declared: "JSON",
      column: { ...text, type: "json" },
      values: [
        [`'{"b": 1.50,"a":[ 1]}'`, '{"b": 1.50,"a":[ 1]}'],
        ["'null'", "null"],
      ],
    },
    {
      declared: "UUID",
      column: text,
      values: [["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]],
    },
  ],
});

export const mariadbTarget = sqlLoader("mariadb", {
  name: "sql, MySQL/MariaDB",
  waivers: [],
  natives: [
    {
      declared: "TINYINT(1)",
      column: integer,
      values: [
        [4, 4],
        [true, 1],
        [128, "refused"],
        ["abc", "refused"],
        ["", "refused"],
      ],
    },
    {
      declared: "BIGINT UNSIGNED",
      column: integer,
      values: [
        [18446744073709551615n, 18446744073709551615n],
        [-1, "refused"],
      ],
    },
    {
      declared: "DECIMAL(5,2)",
      column: decimal,
      values: [
        ["999.99", "999.99"],
        ["1000", "refused"],
        ["1.234", "refused"],
      ],
    },
    {
      declared: "DECIMAL(65,30)",
      column: decimal,
      values: [["0.000000000000000000000000000001", "0.000000000000000000000000000001"]],
    },
    {
      declared: "FLOAT",
      column: float,
      values: [
        [0.5, 0.5],
        [1e300, "refused"],
      ],
    },
    {
      declared: "BIT(12)",
      column: integer,
      values: [
        [2730, 2730],
        [4096, "refused"],
      ],
    },
    {
      declared: "YEAR",
      column: integer,
      values: [
        [2024, 2024],
        [1800, "refused"],
      ],
    },
    {
      declared: "DATE",
      column: date,
      values: [
        ["0000-00-00", "0000-00-00"],
        ["2023-02-29", "refused"],
        ["2024-02-29 10:30:00", "refused"],
        ["", "refused"],
      ],
    },
    {
      declared: "DATETIME(3)",
      column: time,
      values: [
        ["2024-02-29 17:05:00.5", "2024-02-29 17:05:00.500"],
        ["2024-02-29 17:05:00.1234", "refused"],
      ],
    },
    {
      declared: "TIMESTAMP NULL",
      column: time,
      values: [
        ["2024-03-31 02:30:00", "2024-03-31 02:30:00"],
        ["2040-01-01 00:00:00", "refused"],
      ],
    },
    {
      declared: "TIME(2)",
      column: time,
      values: [
        ["-838:59:59", "-838:59:59.00"],
        ["900:00:00", "refused"],
      ],
    },
    {
      declared: "VARCHAR(9) CHARACTER SET latin1 COLLATE latin1_swedish_ci",
      column: text,
      values: [
        ["Ærø €\\N", "Ærø €\\N"],
        ["漢", "refused"],
      ],
    },
    {
      declared: "VARCHAR(9) CHARACTER SET utf8mb3",
      column: text,
      values: [
        ["漢", "漢"],
        ["👩", "refused"],
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
      declared: "CHAR(5)",
      column: text,
      values: [["ab", "ab"]],
    },
    {
      declared: "TINYTEXT",
      column: text,
      values: [
        ["x".repeat(255), "x".repeat(255)],
        ["x".repeat(256), "refused"],
        ["é".repeat(128), "refused"],
      ],
    },
    {
      declared: "BINARY(4)",
      column: bytes,
      values: [
        [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(1, 2, 3, 4)],
        [Uint8Array.of(1, 2, 3, 4, 5), "refused"],
      ],
    },
    {
      declared: "VARBINARY(9)",
      column: bytes,
      values: [
        [Uint8Array.of(0x5c, 0x4e), Uint8Array.of(0x5c, 0x4e)],
        [Uint8Array.of(), Uint8Array.of()],
      ],
    },
    {
      declared: "ENUM('a','ø')",
      column: text,
      values: [
        ["ø", "ø"],
        ["b", "refused"],
        ["", "refused"],
      ],
    },
    {
      declared: "SET('a','ø')",
      column: text,
      values: [
        ["a,ø", "a,ø"],
        ["b", "refused"],
      ],
    },
    {
      declared: "JSON",
      column: { ...text, type: "json" },
      values: [
        ['{"b": 1.50,"a":"\\\\N"}', '{"b": 1.50,"a":"\\\\N"}'],
        ["{", "refused"],
      ],
    },
    {
      declared: "INTEGER CHECK (c21 > 0)",
      column: integer,
      values: [
        [1, 1],
        [-1, "refused"],
      ],
    },
  ],
});
