import {
  addDays,
  addMonths,
  clockEdges,
  dayBetween,
  earlyInMonth,
  later,
  slashed,
  workingHour,
  type Day,
} from "./calendar.js";
import type { Training } from "./catalogue.js";
import type { Person } from "./people.js";
import type { Random } from "./random.js";
import type { Row } from "./table.js";

const endings = {
  Completed: 74,
  "In Progress": 8,
  Registered: 6,
  "In Progress / Past Due": 2,
  Failed: 3,
  Withdrawn: 2,
  "No Show": 1,
  Exempt: 2,
  Incomplete: 1,
  Cancelled: 1,
} as const;

const began = new Set(["Completed", "Failed", "In Progress", "In Progress / Past Due", "Incomplete"]);
const ended = new Set(["Completed", "Failed"]);

interface Line {
  readonly person: Person;
  readonly training: Training;
  readonly number: number;
  readonly latest: boolean;
  readonly registered: Day;
  readonly until: Day;
  readonly status: keyof typeof endings;
}

/** One line of the transcript; registered, begun and ended in this order, all within `registered` and `until`. */
function makeLine(random: Random, line: Line): Row {
  const { person, training, registered, status } = line;
  const started = dayBetween(random, registered, earlierOf(addDays(registered, 20), line.until));
  const done = dayBetween(random, started, earlierOf(addDays(started, 25), line.until));
  const times = [workingHour(random), workingHour(random), workingHour(random)].toSorted();
  const tested = training.type === "Test" || random.chance(0.35);
  const hasEnded = ended.has(status);
  return {
    transc_user_id: person.id,
    transc_object_id: training.id,
    lo_title: training.row["lo_title"]!,
    lo_type: training.type,
    reg_num: String(line.number),
    is_latest_reg_num: line.latest ? "Yes" : "No",
    user_lo_status: status,
    user_lo_score: hasEnded && tested ? score(random, status === "Failed") : "",
    user_lo_pass: hasEnded && tested ? (status === "Failed" ? "No" : "Yes") : "",
    user_lo_reg_dt: `${slashed(registered)} ${times[0]!}`,
    user_lo_start_dt: began.has(status) ? `${slashed(started)} ${times[1]!}` : "",
    user_lo_comp_dt: hasEnded ? `${slashed(done)} ${times[2]!}` : "",
    user_lo_min_due_date: random.chance(0.3) ? slashed(addDays(registered, 90)) : "",
    exempt_dt: status === "Exempt" ? `${slashed(done)} ${times[2]!}` : "",
    user_lo_comments: status === "Exempt" ? "Holds an equivalent diploma" : "",
    user_lo_minutes: hasEnded && random.chance(0.7) ? String(random.int(5, 480)) : "",
    archived: random.chance(0.06) ? "Yes" : "No",
    is_removed: random.chance(0.015) ? "Yes" : "No",
    ext_provider: "",
    ext_credits: "",
  };
}

const earlierOf = (a: Day, b: Day): Day => (a < b ? a : b);

const score = (random: Random, failed: boolean): string => {
  const whole = failed ? random.int(0, 59) : random.int(60, 99);
  return random.chance(0.3)
    ? `${whole}.${random.int(1, 9)}`
    : String(random.chance(0.05) && !failed ? 100 : whole);
};

const externals = [
  "IHK Ausbildereignung",
  "ISO 9001 Lead Auditor",
  "PMP® Prep",
  "Курс первой помощи",
  "TOEIC",
  "Goethe-Zertifikat B2",
];

/** External training: no course of the catalogue stands behind it. */
function makeExternal(random: Random, person: Person, number: number, from: Day, until: Day): Row {
  const begun = dayBetween(random, from, until);
  const done = dayBetween(random, begun, earlierOf(addDays(begun, 10), until));
  return {
    transc_user_id: person.id,
    transc_object_id: `EXT-${person.id}-${number}`,
    lo_title: random.pick(externals),
    lo_type: "External Training",
    reg_num: "1",
    is_latest_reg_num: "Yes",
    user_lo_status: "Completed",
    user_lo_score: "",
    user_lo_pass: "",
    user_lo_reg_dt: `${slashed(begun)} 08:00`,
    user_lo_start_dt: `${slashed(begun)} 09:00`,
    user_lo_comp_dt: `${slashed(done)} 17:00`,
    user_lo_min_due_date: "",
    exempt_dt: "",
    user_lo_comments: "",
    user_lo_minutes: random.chance(0.5) ? String(random.int(60, 2400)) : "",
    archived: "No",
    is_removed: "No",
    ext_provider: random.pick(["IHK Hamburg", "Udemy", "Red Cross", "Goethe-Institut"]),
    ext_credits: random.chance(0.4) ? random.pick(["1", "2.5", "8"]) : "",
  };
}

/** The whole transcript: recurring trainings with a registration a round, others once or twice, external ones. */
export function makeTranscript(
  random: Random,
  people: readonly Person[],
  trainings: readonly Training[],
  count: number,
  today: Day,
): Row[] {
  const rows: Row[] = [];
  const recurring = trainings.filter((t) => t.recurs > 0);
  const single = trainings.filter((t) => t.recurs === 0);
  const edges = [...clockEdges];
  for (const [i, person] of people.entries()) {
    // The rest is spread over those who are left, so that the total comes out exactly.
    const share = (count - rows.length) / (people.length - i);
    let wanted =
      i === people.length - 1 ? count - rows.length : Math.round(share * (0.4 + random.next() * 1.2));
    const until = person.left === null ? addDays(today, -1) : addDays(person.left, -1);
    const take = (training: Training): void => {
      const from = later(addDays(person.hired, 1), training.from);
      if (addDays(from, 5) > until) return;
      const days: Day[] = [earlyInMonth(dayBetween(random, from, addDays(until, -4)))];
      while (training.recurs > 0 && addMonths(days.at(-1)!, training.recurs) < addDays(until, -60)) {
        days.push(addMonths(days.at(-1)!, training.recurs));
      }
      if (training.recurs === 0 && random.chance(0.06) && addDays(days[0]!, 120) < until)
        days.push(addDays(days[0]!, 90));
      const kept = days.slice(-Math.max(1, wanted));
      kept.forEach((registered, n) => {
        const latest = n === kept.length - 1;
        const last = latest ? until : addDays(kept[n + 1]!, -1);
        const status = latest ? random.weighted(endings) : random.chance(0.85) ? "Completed" : "Failed";
        const row = makeLine(random, {
          person,
          training,
          number: n + 1,
          latest,
          registered,
          until: last,
          status,
        });
        const edge = ended.has(status) && row["user_lo_reg_dt"]!.slice(6, 10) < "2023" ? edges[0] : undefined;
        if (edge !== undefined && edge[0] < last) {
          row["user_lo_comp_dt"] = `${slashed(edge[0])} ${edge[1]}`;
          edges.shift();
        }
        rows.push(row);
        wanted--;
      });
    };
    for (const training of random.sample(recurring, random.int(0, 2))) if (wanted > 0) take(training);
    for (const training of random.sample(single, Math.min(single.length, wanted + 8))) {
      if (wanted <= 0) break;
      if (random.chance(0.03)) {
        rows.push(makeExternal(random, person, wanted, addDays(person.hired, 1), until));
        wanted--;
      } else take(training);
    }
    // Who is too new for the catalogue brought something along.
    for (; wanted > 0 && i === people.length - 1; wanted--) {
      rows.push(makeExternal(random, person, 1000 + wanted, addDays(person.hired, 1), until));
    }
  }
  return rows;
}
