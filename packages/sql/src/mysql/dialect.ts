import type { Dialect } from "../dialect.js";

/** MySQL and MariaDB. */
export const mysql: Dialect = {
  name: "mysql",
  words: {
    json_object_agg: "JSON_OBJECTAGG",
    json_array_agg: "JSON_ARRAYAGG",
    text: "CHAR",
    bigint: "SIGNED",
    decimal: "DECIMAL(20,5)",
    float: "DOUBLE",
  },
  // Counted from 1970 by hand: FROM_UNIXTIME ends in 2038 and goes by the session's time zone.
  calls: {
    epoch_time: (seconds) =>
      `DATE_FORMAT(TIMESTAMPADD(SECOND, ${seconds}, '1970-01-01'), '%Y-%m-%dT%H:%i:%sZ')`,
    epoch_year: (seconds) => `DATE_FORMAT(TIMESTAMPADD(SECOND, ${seconds}, '1970-01-01'), '%Y')`,
  },
  maxParameters: 65_535,
  rowsPerInsert: 1_000,
  beforeValues: "",
  placeholder: () => "?",
  // The first half lets the index work under the column's own collation; the second compares bytes,
  // which no collation does without padding, whatever the column's character set.
  exactly: (column, placeholder) => [
    `${column} = ${placeholder} AND CAST(CONVERT(${column} USING utf8mb4) AS BINARY) = CAST(${placeholder} AS BINARY)`,
    2,
  ],
  readsBesideWrites: true,
  takesArrays: false,
  changesByJoin: true,
  interleavesReads: false,
  typesValues: true,
  validatesText: true,
  awaitingRows: " LOCK IN SHARE MODE",
  knexClient: "mysql2",
};
