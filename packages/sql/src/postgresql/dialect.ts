import type { Dialect } from "../dialect.js";

export const postgresql: Dialect = {
  name: "postgresql",
  words: {
    json_object_agg: "json_object_agg",
    json_array_agg: "json_agg",
    text: "TEXT",
    bigint: "BIGINT",
    decimal: "DECIMAL(20,5)",
    float: "DOUBLE PRECISION",
  },
  calls: {
    epoch_time: (seconds) =>
      `to_char(to_timestamp(${seconds}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`,
    epoch_year: (seconds) => `to_char(to_timestamp(${seconds}) AT TIME ZONE 'UTC', 'YYYY')`,
  },
  // The protocol counts parameters in 16 bits; pg wraps around in silence past them.
  maxParameters: 65_535,
  rowsPerInsert: 1_000,
  beforeValues: "OVERRIDING SYSTEM VALUE",
  placeholder: (n) => `$${n}`,
  exactly: (column, placeholder) => [`${column} = ${placeholder}`, 1],
  readsBesideWrites: true,
  takesArrays: true,
  changesByJoin: false,
  interleavesReads: true,
  typesValues: true,
  validatesText: true,
  awaitingRows: "",
  knexClient: "pg",
};
