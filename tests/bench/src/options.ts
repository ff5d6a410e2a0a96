import { parseArgs } from "node:util";
import { contests } from "./contests/index.js";

export const help = `Usage: npx -y pnpm@10 --silent bench [options]

Moves the same seeded completions by Cutover and by what it is compared with, in turns, and tells the
medians. Servers are got as the tests get them.

  --rows <sizes>       10k,100k,1m unless given; also 5m, or any number
  --only <contests>    sqlite-sqlite,mariadb-postgresql,postgresql-mariadb,moodle,csv,xml;
                       also any other pair of sqlite, postgresql and mariadb
  --programs <names>   those that take part: cutover, knex, pipe, pgloader, bare,
                       insert-select, extractor, csv-parse, xml2js
  --runs <n>           turns of each program; 3 unless given
  --folder <folder>    where bench.json and bench.md go: reports/bench unless given
  --write-docs         write docs/benchmarks.md too
  --keep               leave databases and folders, and wait for Ctrl-C; with --runs 0 nothing is run
`;

export interface Options {
  readonly rows: readonly number[];
  /** Names of contests. */
  readonly only: readonly string[];
  /** Null: all of them. */
  readonly programs: readonly string[] | null;
  readonly runs: number;
  readonly keep: boolean;
  readonly folder: string;
  readonly writeDocs: boolean;
}

const factors: Readonly<Record<string, number>> = { "": 1, k: 1_000, m: 1_000_000 };

function numberOf(text: string): number {
  const parts = /^(\d+)([km]?)$/i.exec(text);
  if (parts === null) throw new Error(`--rows takes numbers such as 10k or 1m, not ${text}`);
  return Number(parts[1]) * factors[parts[2]!.toLowerCase()]!;
}

function known(names: readonly string[]): readonly string[] {
  const stranger = names.find((name) => !contests.has(name));
  if (stranger === undefined) return names;
  throw new Error(`--only knows ${[...contests.keys()].join(", ")}, and not ${stranger}`);
}

/** What the command line asks for; null for help. */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: "string", default: "10k,100k,1m" },
      only: { type: "string", default: "sqlite-sqlite,mariadb-postgresql,postgresql-mariadb,moodle,csv,xml" },
      programs: { type: "string" },
      runs: { type: "string", default: "3" },
      folder: { type: "string", default: "reports/bench" },
      "write-docs": { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  return {
    rows: values.rows.split(",").map(numberOf),
    only: known(values.only.split(",")),
    programs: values.programs?.split(",") ?? null,
    runs: numberOf(values.runs),
    keep: values.keep,
    folder: values.folder,
    writeDocs: values["write-docs"],
  };
}
