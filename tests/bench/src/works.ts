/** Steps of a turn, added up. */
type Steps = readonly string[];

interface Common {
  readonly work: string;
  readonly contest: string;
  /** What it has to reach at a million rows, and the best we imagine; absent where it is only stated. */
  readonly must?: number;
  readonly best?: number;
}

/** A line of the table of works. */
export type Work = Common &
  (
    | {
        readonly kind: "time";
        readonly of: Steps;
        readonly against: Steps;
        /** Where what it is compared with was measured, if it is another contest. */
        readonly in?: string;
      }
    | { readonly kind: "memory"; readonly of: Steps }
    /** Size of the ledger's file after a step. */
    | { readonly kind: "ledger"; readonly of: string }
    /** What a step takes at five million rows, against one million. */
    | { readonly kind: "growth"; readonly of: Steps; readonly what: "seconds" | "peakMb" }
  );

const whole = ["cutover plan", "cutover run"];
const again = ["cutover plan again", "cutover run again"];
const delta = ["cutover plan --delta", "cutover run the delta"];
const everything = [...whole, "cutover reconcile", ...again];

export const growthRows = { from: 1_000_000, to: 5_000_000 } as const;

/** What is promised, and what is only stated. `whole` is plan and run, with ledger, hashes and checks. */
export const works: readonly Work[] = [
  {
    work: "MariaDB → PostgreSQL, whole, against pgloader",
    contest: "mariadb-postgresql",
    kind: "time",
    of: whole,
    against: ["pgloader"],
    must: 2,
    best: 1,
  },
  {
    work: "the same, its load phase alone, against pgloader",
    contest: "mariadb-postgresql",
    kind: "time",
    of: ["cutover run"],
    against: ["pgloader"],
    must: 1,
    best: 0.6,
  },
  {
    work: "the same, whole, against the databases' own pipe",
    contest: "mariadb-postgresql",
    kind: "time",
    of: whole,
    against: ["pipe"],
    must: 6,
    best: 3,
  },
  {
    work: "the same, whole, against the knex program doing the same job",
    contest: "mariadb-postgresql",
    kind: "time",
    of: whole,
    against: ["knex"],
    must: 0.33,
    best: 0.15,
  },
  {
    work: "PostgreSQL → MariaDB, whole, against the knex program",
    contest: "postgresql-mariadb",
    kind: "time",
    of: whole,
    against: ["knex"],
    must: 0.4,
    best: 0.2,
  },
  {
    work: "the same, whole, against the databases' own pipe",
    contest: "postgresql-mariadb",
    kind: "time",
    of: whole,
    against: ["pipe"],
  },
  {
    work: "SQLite → SQLite, whole, against the raw INSERT ... SELECT",
    contest: "sqlite-sqlite",
    kind: "time",
    of: whole,
    against: ["insert-select"],
  },
  {
    work: "SQLite → SQLite, whole, against the knex program",
    contest: "sqlite-sqlite",
    kind: "time",
    of: whole,
    against: ["knex"],
  },
  {
    work: "reconcile, whole, against pgloader's copy",
    contest: "mariadb-postgresql",
    kind: "time",
    of: ["cutover reconcile"],
    against: ["pgloader"],
    must: 1.2,
    best: 0.5,
  },
  ...["mariadb-postgresql", "postgresql-mariadb", "sqlite-sqlite"].flatMap((contest): readonly Work[] => [
    {
      work: `plan and run again, nothing changed, against the first, ${contest}`,
      contest,
      kind: "time",
      of: again,
      against: whole,
      must: 0.6,
      best: 0.25,
    },
    {
      work: `delta with 1 % changed, against the first, ${contest}`,
      contest,
      kind: "time",
      of: delta,
      against: whole,
      must: 0.3,
      best: 0.05,
    },
    {
      work: `peak memory of all steps, ${contest}`,
      contest,
      kind: "memory",
      of: everything,
      must: 350,
      best: 256,
    },
    {
      work: `the ledger's file after the first load, ${contest}`,
      contest,
      kind: "ledger",
      of: "cutover run",
      must: 250,
    },
    {
      work: `peak memory at 5M against 1M, ${contest}`,
      contest,
      kind: "growth",
      of: everything,
      what: "peakMb",
      must: 1.1,
    },
    {
      work: `time, whole, at 5M against 1M, ${contest}`,
      contest,
      kind: "growth",
      of: whole,
      what: "seconds",
      must: 5.5,
    },
  ]),
  {
    work: "Moodle's five tables, whole, against the one table, sqlite-sqlite",
    contest: "moodle",
    kind: "time",
    of: whole,
    against: whole,
    in: "sqlite-sqlite",
  },
  {
    work: "CSV, extraction alone, against csv-parse into arrays",
    contest: "csv",
    kind: "time",
    of: ["extractor"],
    against: ["csv-parse"],
    must: 1.5,
  },
  {
    work: "XML of 200,000 persons, extraction alone, against xml2js on the whole document",
    contest: "xml",
    kind: "time",
    of: ["extractor"],
    against: ["xml2js"],
    must: 0.5,
    best: 0.15,
  },
  {
    work: "the same, peak memory",
    contest: "xml",
    kind: "memory",
    of: ["extractor"],
    must: 200,
  },
];
