import { parseArgs } from "node:util";
import { databaseEngines } from "@cutover/testkit";
import type { AnyEngine } from "./data/tables.js";
import type { Pair } from "./programs/program.js";

export const help = `Usage: npx -y pnpm@10 --silent bench [options]

Moves the same seeded completions by Cutover and by what it is compared with, in turns, and tells the
medians. Servers are got as the tests get them.

  --rows <sizes>       10k,100k,1m unless given; also 5m, or any number
  --only <pairs>       sqlite-sqlite,mariadb-postgresql,postgresql-mariadb unless given
  --programs <names>   those of them that take part: cutover, and the names in the table
  --runs <n>           turns of each program; 3 unless given
  --keep               leave databases and folders, and wait for Ctrl-C; with --runs 0 nothing is run
`;

export interface Options {
  readonly rows: readonly number[];
  readonly pairs: readonly Pair[];
  /** Null: all of them. */
  readonly programs: readonly string[] | null;
  readonly runs: number;
  readonly keep: boolean;
}

const factors: Readonly<Record<string, number>> = { "": 1, k: 1_000, m: 1_000_000 };

function numberOf(text: string): number {
  const parts = /^(\d+)([km]?)$/i.exec(text);
  if (parts === null) throw new Error(`--rows takes numbers such as 10k or 1m, not ${text}`);
  return Number(parts[1]) * factors[parts[2]!.toLowerCase()]!;
}

function pairOf(text: string): Pair {
  const [from, to, ...more] = text.split("-");
  const isEngine = (name: string | undefined): name is AnyEngine =>
    databaseEngines.some((engine) => engine === name);
  if (!isEngine(from) || !isEngine(to) || more.length > 0) {
    throw new Error(`--only takes pairs of ${databaseEngines.join(", ")} such as sqlite-sqlite, not ${text}`);
  }
  return { from, to };
}

/** What the command line asks for; null for help. */
export function readOptions(args: readonly string[]): Options | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: "string", default: "10k,100k,1m" },
      only: { type: "string", default: "sqlite-sqlite,mariadb-postgresql,postgresql-mariadb" },
      programs: { type: "string" },
      runs: { type: "string", default: "3" },
      keep: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  return {
    rows: values.rows.split(",").map(numberOf),
    pairs: values.only.split(",").map(pairOf),
    programs: values.programs?.split(",") ?? null,
    runs: numberOf(values.runs),
    keep: values.keep,
  };
}
