import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { runVariants, type Failure, type Report } from "./runner.js";
import { variants } from "./variants.js";

const usage = `pnpm test:endurance [--budget minutes] [--seed number] [--only variant]... [--trials most] [--verbose]

Tries every variant for its share of the budget. What fails is written to reports/endurance, with
the command that has it again: --only <variant> --seed <number> --trials 1.

Variants: ${variants.map(({ name }) => name).join(", ")}
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const { values } = parseArgs({
  // pnpm hands the "--" of `pnpm test:endurance -- --budget 10` on.
  args: process.argv.slice(2).filter((arg) => arg !== "--"),
  options: {
    budget: { type: "string", default: "10" },
    seed: { type: "string" },
    only: { type: "string", multiple: true, default: [] },
    trials: { type: "string" },
    verbose: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** Today, where no other seed is given: every day something new is tried. */
const today = (): number => Number(new Date().toISOString().slice(0, 10).replaceAll("-", ""));

const replay = ({ variant, seed }: Failure): string =>
  `pnpm test:endurance --only ${variant} --seed ${seed} --trials 1`;

function line({ variant, trials, count, seconds, failures, untried }: Report): string {
  const { counts } = variants.find(({ name }) => name === variant)!;
  const what = untried === null ? `${trials} trials, ${count} ${counts}` : `not tried: ${untried}`;
  return `${failures.length === 0 ? "ok  " : "FAIL"} ${variant}: ${what}, ${failures.length} failed, ${Math.round(seconds)} s`;
}

async function main(): Promise<number> {
  const chosen = variants.filter(({ name }) => values.only.length === 0 || values.only.includes(name));
  const minutes = Number(values.budget);
  const seed = values.seed === undefined ? today() : Number(values.seed);
  const unknown = values.only.filter((only) => !variants.some(({ name }) => name === only));
  if (unknown.length > 0 || !(minutes > 0) || !Number.isSafeInteger(seed)) {
    process.stderr.write(usage);
    return 2;
  }
  say(`Endurance: a budget of ${minutes} minutes, seed ${seed}, ${chosen.length} variants`);
  const reports = await runVariants({
    variants: chosen,
    budget: minutes * 60_000,
    seed,
    ...(values.trials === undefined ? {} : { most: Number(values.trials) }),
    onLog: (variant, text) => {
      if (values.verbose) say(`     ${variant}: ${text}`);
    },
    onReport: (report) => {
      say(line(report));
      for (const failure of report.failures) {
        for (const finding of failure.findings) say(`     ${finding}`);
        say(`     again: ${replay(failure)}`);
      }
    },
  });
  const failures = reports.flatMap((report) => report.failures);
  if (failures.length > 0) {
    const root = path.resolve(import.meta.dirname, "../..");
    const folder = path.join(root, "reports/endurance");
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `failures-${seed}.json`);
    const again = failures.map((failure) => ({ again: replay(failure), ...failure }));
    writeFileSync(file, `${JSON.stringify(again, null, 2)}\n`);
    say(`What failed, with what was said on the way: ${path.relative(root, file)}`);
  }
  const failed = reports.filter((report) => report.failures.length > 0).length;
  const untried = reports.filter((report) => report.untried !== null).length;
  say(
    `${reports.length - failed - untried} passed, ${failed} failed${untried === 0 ? "" : `, ${untried} not tried`}`,
  );
  return failed === 0 ? 0 : 1;
}

if (values.help) say(usage);
else {
  const status = await main();
  // What a trial that did not end left behind holds nobody up.
  process.exitCode = status;
  setTimeout(() => process.kill(process.pid, "SIGKILL"), 20_000).unref();
}
