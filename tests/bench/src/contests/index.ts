import { databaseEngines } from "@cutover/testkit";
import { hold, type Rules, type Sample } from "../contest.js";
import type { AnyEngine } from "../data/tables.js";
import { csvContest } from "./csv.js";
import { moodleContest } from "./moodle.js";
import { pairContest } from "./pair.js";
import { xmlContest } from "./xml.js";

type Hold = (rules: Rules) => Promise<readonly Sample[]>;

/** Contests by name: every pair of engines, and what is read alone. */
export const contests: ReadonlyMap<string, Hold> = new Map([
  ...databaseEngines.flatMap((from: AnyEngine) =>
    databaseEngines.map((to): [string, Hold] => [
      `${from}-${to}`,
      (rules) => hold(pairContest({ from, to }), rules),
    ]),
  ),
  ["csv", (rules: Rules) => hold(csvContest, rules)],
  ["moodle", (rules: Rules) => hold(moodleContest, rules)],
  ["xml", (rules: Rules) => hold(xmlContest, rules)],
]);
