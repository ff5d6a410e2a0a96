/** The database engines tests run against, beside the embedded SQLite. */
export const engines = ["postgresql", "mariadb"] as const;

export type Engine = (typeof engines)[number];

/** A server tests may create databases in. */
export interface Server {
  readonly engine: Engine;
  /** A URL with the right to create databases. */
  readonly url: string;
  /** One line: which way it was found or started. */
  readonly way: string;
  /** Ends what the run started; leaves alone what was there before. */
  stop(): Promise<void>;
}

/** A server that nobody else uses, for tests of what happens when it goes away. */
export interface PrivateServer extends Server {
  /** Ends it at once, as a crash would. What it said is committed stays. */
  down(): Promise<void>;
  /** Starts it again, and waits until it answers. */
  up(): Promise<void>;
}

/** The environment variable that hands over a server's URL. */
export const urlVariable: Readonly<Record<Engine, string>> = {
  postgresql: "CUTOVER_TEST_POSTGRESQL_URL",
  mariadb: "CUTOVER_TEST_MARIADB_URL",
};

/** What to install where no way leads to a server. */
export const packagesOf: Readonly<Record<Engine, readonly string[]>> = {
  postgresql: ["postgresql"],
  // The core package has the server's binaries and no service that would start by itself.
  mariadb: ["mariadb-server-core"],
};
