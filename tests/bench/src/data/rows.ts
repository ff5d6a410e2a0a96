import { Random } from "./random.js";

type Value = string | number | null;
export type Row = readonly Value[];

const people = 50_000;
const courses = 500;

/** The target's own ids differ from the source's: every reference has to be translated. */
const learnerOffset = 100_000;
const courseOffset = 1_000;

const seed = 20_240_229;
const firstNames = ["Anna", "Zoë", "José", "Łukasz", "Иван", "明", "Aoife", "Jürgen", "नेहा", "Søren"];
const lastNames = ["Müller", "Østergård", "Nguyễn", "Kowalska", "Петров", "王", "O’Brien", "Şahin", "Ruiz"];
const outcomes = [
  "Completed",
  "Completed",
  "Completed",
  "Passed",
  "Passed",
  "Failed",
  "Exempt",
  "In Progress",
];
const remarks = [
  null,
  null,
  null,
  "Completed on the shop floor",
  "Gut gemacht, alle Übungen bestanden",
  "Recertificação até o próximo ano",
  "合格 🎓",
  "Сдано с первого раза",
];

const two = (n: number): string => String(n).padStart(2, "0");
const day = (random: Random): string =>
  `${2010 + random.below(15)}-${two(1 + random.below(12))}-${two(1 + random.below(28))}`;

const names = (i: number): readonly [string, string] => [
  firstNames[i % firstNames.length]!,
  `${lastNames[i % lastNames.length]!} ${i}`,
];

export function* personRows(count: number): Generator<Row> {
  for (let i = 1; i <= count; i++) yield [i, `login${i}`, ...names(i)];
}

export function* learnerRows(count: number): Generator<Row> {
  for (let i = 1; i <= count; i++) yield [i + learnerOffset, `login${i}`, ...names(i)];
}

const course = (i: number): readonly [string, string] => [
  `C-${String(i).padStart(4, "0")}`,
  `安全 & Arbeit ${i}`,
];

export function* trainingRows(count: number): Generator<Row> {
  for (let i = 1; i <= count; i++) yield [i, ...course(i)];
}

export function* courseRows(count: number): Generator<Row> {
  for (let i = 1; i <= count; i++) yield [i + courseOffset, ...course(i)];
}

/** Who and what records are of: fewer records are of fewer people. */
export interface Size {
  readonly records: number;
  readonly people: number;
  readonly courses: number;
}

export const sizeOf = (records: number): Size => ({
  records,
  people: Math.max(1, Math.min(people, records)),
  courses: Math.max(1, Math.min(courses, records)),
});

/**
 * Records that pass every check. Begun before they are finished, and finished by day, when no clock is
 * turned. The same seed gives the same rows; more rows begin with the fewer ones.
 */
export function* recordRows(size: Size): Generator<Row> {
  const random = new Random(seed);
  for (let i = 1; i <= size.records; i++) {
    const outcome = random.pick(outcomes);
    const ended = outcome !== "In Progress";
    const started = day(random);
    const clock = `${two(6 + random.below(16))}:${two(random.below(60))}:${two(random.below(60))}`;
    const scored = outcome === "Passed" || outcome === "Failed" || (ended && random.below(2) === 0);
    const score = scored ? `${random.below(100)}.${two(random.below(100))}` : null;
    yield [
      i,
      1 + random.below(size.people),
      1 + random.below(size.courses),
      outcome,
      started,
      ended ? `${started} ${clock}` : null,
      score,
      random.pick(remarks),
    ];
  }
}
