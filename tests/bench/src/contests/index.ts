import { databaseEngines } from "@cutover/testkit";
import { hold, type Contest, type Rules } from "../contest.js";
import { csvContest } from "./csv.js";
import { moodleContest } from "./moodle.js";
import { pairContest } from "./pair.js";
import { xmlContest } from "./xml.js";

type Held = readonly [name: string, hold: (rules: Rules) => Promise<void>];

const held = <On>(contest: Contest<On>): Held => [contest.name, (rules) => hold(contest, rules)];

/** Contests by name: every pair of engines, Moodle, and what is read alone. */
export const contests: ReadonlyMap<string, Held[1]> = new Map([
  ...databaseEngines.flatMap((from) => databaseEngines.map((to) => held(pairContest({ from, to })))),
  held(moodleContest),
  held(csvContest),
  held(xmlContest),
]);
