import type { Dialect } from "../dialect.js";

export const sqlite: Dialect = {
  name: "sqlite",
  words: {
    json_object_agg: "json_group_object",
    json_array_agg: "json_group_array",
    text: "TEXT",
    bigint: "INTEGER",
    decimal: "NUMERIC",
    float: "REAL",
  },
  calls: {
    epoch_time: (seconds) => `strftime('%Y-%m-%dT%H:%M:%SZ', ${seconds}, 'unixepoch')`,
    epoch_year: (seconds) => `strftime('%Y', ${seconds}, 'unixepoch')`,
  },
  maxParameters: 32_766,
  rowsPerInsert: 50,
  beforeValues: "",
  placeholder: () => "?",
  exactly: (column, placeholder) => [`${column} = ${placeholder} COLLATE BINARY`, 1],
  readsBesideWrites: false,
  takesArrays: false,
  changesByJoin: false,
  interleavesReads: true,
  typesValues: false,
  validatesText: false,
  awaitingRows: "",
  knexClient: "better-sqlite3",
};
