import type { Sample } from "../contest.js";
import { bareOf, type Bare } from "./bare.js";
import { figuresOf, spreadOf, type Figure, type Spread } from "./figures.js";
import type { Machine } from "./machine.js";

export interface Results {
  readonly measuredAt: string;
  readonly machine: Machine;
  readonly samples: readonly Sample[];
  /** What was not measured, and why. */
  readonly skipped: readonly string[];
  /** What went wrong. */
  readonly failed: readonly string[];
}

const size = (rows: number): string =>
  rows % 1_000_000 === 0 ? `${rows / 1_000_000}M` : rows % 1_000 === 0 ? `${rows / 1_000}k` : String(rows);

const short = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);

const spread = ({ median, least, most, n }: Spread): string =>
  n === 1 ? short(median) : `${short(median)} (${short(least)}–${short(most)})`;

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

const bound = (value: number | null, unit: string): string => (value === null ? "" : `≤ ${value} ${unit}`);

/** Works down, sizes across. */
function worksTable(figures: readonly Figure[]): string {
  const sizes = [...new Set(figures.map(({ rows }) => rows))].toSorted((a, b) => a - b);
  const names = [...new Set(figures.map(({ work }) => work))];
  const rows = names.map((name) => {
    const own = figures.filter(({ work }) => work === name);
    const { must, best, unit } = own[0]!;
    const kept = own.find((figure) => figure.kept !== null)?.kept ?? null;
    return [
      name,
      ...sizes.map((of) => {
        const found = own.find((figure) => figure.rows === of);
        return found === undefined ? "" : `${spread(found.figure)} ${unit}`;
      }),
      must === null ? "stated" : bound(must, unit),
      bound(best, unit),
      kept === null ? "" : kept ? "yes" : "**no**",
    ];
  });
  return table(["Work", ...sizes.map(size), "must reach at 1M", "the best we imagine", "reached"], rows);
}

/** Everything that was measured, step by step. */
function stepsTable(samples: readonly Sample[]): string {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = `${sample.contest} ${sample.rows} ${sample.step}`;
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  const rows = [...groups.values()].map((group) => {
    const { contest, rows: count, records, step } = group[0]!;
    const seconds = spreadOf(group.map((sample) => sample.seconds))!;
    const peak = spreadOf(group.flatMap(({ peakMb }) => peakMb ?? []));
    return [
      contest,
      size(count),
      step,
      spread(seconds),
      Math.round(records / seconds.median).toLocaleString("en-US"),
      short(spreadOf(group.map(({ cpu }) => cpu))!.median),
      peak === null ? "" : short(peak.median),
    ];
  });
  return table(["Contest", "Rows", "Step", "s", "records/s", "CPU s", "peak MB"], rows);
}

const against = (seconds: number, other: number | null): string =>
  other === null ? "" : `${short(seconds / other)} ×`;

/** How quickly the laws can be kept, where that was measured. */
function bareText(all: readonly Bare[]): string {
  if (all.length === 0) return "";
  const rows = all.flatMap(({ contest, rows: count, lines, pgloader }) =>
    lines.map(({ step, seconds, cpu, serverCpu, bound, cutover }) => [
      contest,
      size(count),
      step,
      short(seconds),
      short(cpu),
      short(serverCpu),
      short(bound),
      against(bound, pgloader),
      against(seconds, pgloader),
      cutover === null ? "" : short(cutover),
    ]),
  );
  const header = ["Contest", "Rows", "Phase", "s", "CPU s", "servers' CPU s", "bound s"];
  return `
## What the laws cost alone

\`bare\` is written by hand for this one workload: no mapping language, no other tables or engines, no recovery, and it stops where a record would be flagged or is there already. It does what the laws ask for every record: read in key order, converted, checked, staged in an SQLite ledger with its key, hash and disposition; looked for in the target, its intent noted, written by COPY, its outcome noted with the row's hash; read back, converted and compared. The bound is half of all CPU time, its own and the servers': what two cores would take that never wait for one another. The rest of what Cutover takes is the price of doing it for any system.

${table([...header, "bound against pgloader", "s against pgloader", "cutover s"], rows)}
`;
}

const machineText = ({ cpu, cores, memoryMb, system, load, versions }: Machine): string =>
  [
    `${cores} cores of ${cpu}, ${Math.round(memoryMb / 1024)} GB, ${system}; load average ${load.before.toFixed(1)} before and ${load.after.toFixed(1)} after.`,
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ") + ".",
  ].join("\n");

const list = (title: string, lines: readonly string[]): string =>
  lines.length === 0
    ? ""
    : `\n## ${title}\n\n${lines.map((text) => `- ${text.split("\n")[0]}`).join("\n")}\n`;

/** What was measured, to be read by people. */
export function markdown({ measuredAt, machine, samples, skipped, failed }: Results): string {
  return `# Benchmarks

Written by \`pnpm bench\` on ${measuredAt.slice(0, 10)}. Medians of all turns, least and most in brackets; a ratio is of one turn, in which the programs ran one after the other. CONTRIBUTING.md says how it is run and what the programs do.

${machineText(machine)}

## Works

*Whole* is plan and run: extract, map, check, stage, match, load, with ledger and hashes, people and courses included.

${worksTable(figuresOf(samples))}

## Steps

CPU is user and system time of the program and its children, not of the servers. The peak is of resident memory, the whole process with its threads.

${stepsTable(samples)}
${bareText(bareOf(samples))}${list("Not measured", skipped)}${list("Failed", failed)}`;
}
