import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { sizes, type SizeName } from "../company/sizes.js";
import { createMoodleTarget } from "../target/moodle-target.js";
import { runDemo, type DemoResult } from "./run-demo.js";

const help = `Usage: npx -y pnpm@10 --silent demo [--folder <folder>] [--size mid|tiny] [--json]
       npx -y pnpm@10 --silent demo --empty-moodle <file>

Makes the exports of a company of 5,000 people with planted defects, moves them into an empty Moodle,
reads it back, and tells what was caught. Nothing leaves the folder (default: demo).
With --empty-moodle it makes an empty Moodle alone, as an SQLite file, for a trial of your own.
`;

const root = path.resolve(import.meta.dirname, "../../../..");
const isSize = (name: string): name is SizeName => Object.hasOwn(sizes, name);

const line = (label: string, value: string): string => `  ${label.padEnd(26)}${value}`;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

function summary({ folder, report, planted, alive, seconds }: DemoResult): string {
  const total = seconds.run + seconds.reconcile + seconds.report;
  return [
    "",
    `Planted ${planted.records} defects of ${planted.kinds} kinds:`,
    line("caught", String(planted.caught)),
    line("missed", String(planted.missed)),
    line("false alarms", String(planted.falseAlarms)),
    ...planted.misses.map((label) => `    missed: ${label.kind} in ${label.records[0]?.file ?? "?"}`),
    ...planted.alarms
      .slice(0, 20)
      .map((a) => `    false alarm: ${a.code} in ${a.source} ${a.entity} ${a.key}`),
    ...alive.map((text) => `    not neutralised: ${text}`),
    "",
    line("run", `${seconds.run.toFixed(1)} s`),
    line("reconcile", `${seconds.reconcile.toFixed(1)} s`),
    line("report", `${seconds.report.toFixed(1)} s`),
    line("together", `${total.toFixed(1)} s`),
    "",
    `The report:          ${path.join(path.relative(process.cwd(), report), "report.html")}`,
    `The migration:       ${path.relative(process.cwd(), folder)}   (try: cutover flags ${path.relative(process.cwd(), folder)})`,
    "",
  ].join("\n");
}

const { values } = parseArgs({
  options: {
    folder: { type: "string", default: path.join(root, "demo") },
    size: { type: "string", default: "mid" },
    "empty-moodle": { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** A file that is there may be somebody's: it is left alone. */
async function makeEmpty(file: string): Promise<void> {
  if (existsSync(file)) {
    say(`There is a file ${file} already. Name another, or take it away.`);
    process.exitCode = 2;
    return;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  await createMoodleTarget(file);
  process.stdout.write(`An empty Moodle: ${file}\nIts URL: sqlite:${file}\n`);
}

const empty = values["empty-moodle"];
if (values.help) {
  process.stdout.write(help);
} else if (empty !== undefined) {
  await makeEmpty(path.resolve(empty));
} else if (!isSize(values.size)) {
  process.stderr.write(help);
  process.exitCode = 2;
} else {
  try {
    const result = await runDemo(path.resolve(values.folder), { size: values.size }, say);
    process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : summary(result));
    const { missed, falseAlarms } = result.planted;
    process.exitCode = missed > 0 || falseAlarms > 0 || result.alive.length > 0 ? 5 : 0;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
