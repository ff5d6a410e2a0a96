import type { ConnectionOptions } from "mysql2";
import type { ServerAddress } from "../address.js";

/** How long a server may take to answer, in milliseconds. */
const connectTimeout = 15_000;

/** What mysql2 is told: nothing becomes a Date, a rounded number or an object. */
export const connectionOptions = (address: ServerAddress, readonly: boolean): ConnectionOptions => ({
  ...(address.socket === undefined
    ? { host: address.host, port: address.port }
    : { socketPath: address.socket }),
  ...(address.user === undefined ? {} : { user: address.user }),
  ...(address.password === undefined ? {} : { password: address.password }),
  database: address.database,
  ...(address.tls === "off"
    ? {}
    : {
        ssl: {
          rejectUnauthorized: address.tls === "verify",
          verifyIdentity: address.tls === "verify",
          ...(address.ca === undefined ? {} : { ca: address.ca }),
        },
      }),
  // Literals compare by their bytes; a column's own collation still rules where one is compared with it.
  charset: "UTF8MB4_BIN",
  supportBigNumbers: true,
  bigNumberStrings: false,
  decimalNumbers: false,
  dateStrings: true,
  jsonStrings: true,
  multipleStatements: false,
  // What only reads has no rows to send, so a server that asks for a file is not even heard.
  flags: readonly ? ["-LOCAL_FILES"] : [],
  connectTimeout,
  enableKeepAlive: true,
  // Statements for many rows are long: the server shall not keep thousands of them.
  maxPreparedStatements: 100,
});

/**
 * What every session begins with. Portable texts need ANSI_QUOTES and `||`; NO_BACKSLASH_ESCAPES
 * makes literals the standard's, so the driver's own escaping must never be used (parameters go by
 * prepared statements). NO_ZERO_DATE is left out: undo has to write back the zero dates it found.
 */
export const sessionSettings = (version: string): string[] => {
  const mariadb = /mariadb/i.test(version);
  return [
    `SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_AUTO_VALUE_ON_ZERO,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`,
    "SET SESSION time_zone = '+00:00', sql_notes = 1, sql_auto_is_null = 0, sql_big_selects = 1, foreign_key_checks = 1, unique_checks = 1",
    // Aggregates into JSON are cut at this length, with a warning that nobody reads.
    "SET SESSION group_concat_max_len = 1073741824",
    // A reader with back-pressure may let the server wait for long.
    "SET SESSION net_write_timeout = 86400, net_read_timeout = 3600, wait_timeout = 86400",
    "SET SESSION lock_wait_timeout = 30, innodb_lock_wait_timeout = 30",
    mariadb ? "SET SESSION max_statement_time = 0" : "SET SESSION max_execution_time = 0",
    // What a lost connection leaves behind lets go of its locks after a minute in which nothing came.
    ...(mariadb
      ? [
          "SET SESSION idle_transaction_timeout = 0, idle_readonly_transaction_timeout = 0, idle_write_transaction_timeout = 60",
        ]
      : []),
    // Otherwise MySQL tells a table's next id as it was up to a day ago.
    ...(mariadb || version.startsWith("5.") ? [] : ["SET SESSION information_schema_stats_expiry = 0"]),
  ];
};
