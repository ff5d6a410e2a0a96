import { addDays, dayBetween, slashed, workingHour, type Day } from "./calendar.js";
import type { Random } from "./random.js";
import type { Row } from "./table.js";

/** A training as the rest of the generator knows it; `row` is its line in training.csv. */
export interface Training {
  readonly row: Row;
  readonly id: string;
  readonly type: string;
  readonly from: Day;
  /** Months after which it has to be taken again; 0 where once is enough. */
  readonly recurs: number;
}

const topics = [
  "Data Protection",
  "Anti-Corruption",
  "Fire Safety",
  "Forklift Operation",
  "First Aid",
  "Hazardous Substances",
  "Explosion Protection",
  "Négociation commerciale",
  "Führung im Wandel",
  "Zarządzanie jakością",
  "Охрана труда",
  "Ασφάλεια στην εργασία",
  "السلامة المهنية",
  "职业安全",
  "산업 안전",
  "व्यावसायिक सुरक्षा",
  "Lean Six Sigma",
  "R&D Documentation",
  'The "5S" Method',
  "SAP, Basics; Orders",
];
const grades = ["Basics", "Refresher", "Advanced", "for Managers", "Train the Trainer", "2.0"];
const subjects = ["Compliance", "Safety", "Leadership", "Technology", "Languages", "Quality"];
const types = {
  "Online Course": 52,
  Event: 16,
  Test: 8,
  Curriculum: 6,
  Material: 8,
  Video: 10,
} as const;

/** The catalogue: trainings with versions, equivalents, credits and recurrence. */
export function makeCatalogue(random: Random, count: number, today: Day): Training[] {
  const trainings: Training[] = [];
  const add = (over: Row, recurs: number, from: Day): Training => {
    const id = `LO-${String(trainings.length * 3 + 1001)}`;
    const row: Row = {
      lo_object_id: id,
      lo_provider: random.pick(["Nordwind Academy", "Skillsoft", "TÜV", "Haufe"]),
      lo_hours: random.chance(0.8) ? `${random.int(0, 15)}.${random.pick(["0", "25", "5", "75"])}` : "",
      lo_start_date: "",
      lo_end_date: "",
      lo_equivalents: "",
      ...over,
    };
    const training = { row, id, type: row["lo_type"]!, from, recurs };
    trainings.push(training);
    return training;
  };
  const bases = Math.round(count * 0.88);
  for (let i = 0; i < bases; i++) {
    const made = dayBetween(random, "2015-01-07", addDays(today, -400));
    const topic = topics[i % topics.length]!;
    const grade = grades[Math.floor(i / topics.length) % grades.length]!;
    const round = Math.floor(i / (topics.length * grades.length));
    const subject = random.pick(subjects);
    add(
      {
        lo_code: `${subject.slice(0, 3).toUpperCase()}-${String(100 + i)}`,
        lo_version: "1.0",
        lo_title: `${topic} ${grade}${round === 0 ? "" : ` (${round + 1})`}`,
        lo_description: random.chance(0.3)
          ? `<p>All about <b>${topic.replaceAll('"', "&quot;")}</b>.</p>`
          : "",
        lo_type: random.weighted(types),
        lo_active: random.chance(0.07) ? "No" : "Yes",
        lo_languages: random.pick([
          "en-US",
          "en-US;de-DE",
          "de-DE",
          "en-US;de-DE;pl-PL",
          "pt-BR",
          "zh-CN",
          "ar-EG",
        ]),
        lo_subject: random.chance(0.6) ? `${subject} > ${topic.replaceAll(">", " ")}` : subject,
        lo_credits: random.chance(0.25) ? random.pick(["0.1", "0.5", "1", "1.5", "2"]) : "",
        lo_create_dt: `${slashed(made)} ${workingHour(random)}`,
      },
      i % 9 === 0 ? random.pick([12, 24]) : 0,
      addDays(made, 14),
    );
  }
  // Second versions: the same code, and who has the first need not take the second.
  for (let i = 0; trainings.length < count; i++) {
    const first = trainings[i * 2]!;
    const made = dayBetween(random, addDays(first.from, 200), addDays(today, -60));
    const second = add(
      {
        ...first.row,
        lo_object_id: `LO-${String(trainings.length * 3 + 1001)}`,
        lo_version: "2.0",
        lo_title: `${first.row["lo_title"]!} – 2nd ed.`,
        lo_active: "Yes",
        lo_create_dt: `${slashed(made)} ${workingHour(random)}`,
        lo_equivalents: first.id,
      },
      first.recurs,
      addDays(made, 14),
    );
    // Some tenants declare equivalence both ways.
    if (i % 3 === 0) first.row["lo_equivalents"] = second.id;
  }
  return trainings;
}
