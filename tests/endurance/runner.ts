import { Untried, type Tried, type Variant } from "./variant.js";

/** A trial in which something went wrong, and how to have it again. */
export interface Failure {
  readonly variant: string;
  readonly seed: number;
  readonly findings: readonly string[];
  readonly log: readonly string[];
}

export interface Report {
  readonly variant: string;
  readonly trials: number;
  readonly count: number;
  readonly seconds: number;
  readonly failures: readonly Failure[];
  /** Why it could not be tried here. */
  readonly untried: string | null;
}

export interface RunnerOptions {
  readonly variants: readonly Variant[];
  /** In milliseconds, for all variants together. */
  readonly budget: number;
  readonly seed: number;
  /** Trials of a variant at most. */
  readonly most?: number;
  readonly onLog?: (variant: string, text: string) => void;
  readonly onReport?: (report: Report) => void;
}

/** The nth seed: the first is the one that was given, so that a failing trial can be had again alone. */
function seedOf(seed: number, n: number): number {
  if (n === 0) return seed;
  let mixed = (seed ^ Math.imul(n, 0x9e3779b1)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b) >>> 0;
  return (mixed ^ (mixed >>> 13)) >>> 0;
}

/** A trial that does not end is a finding; what it left running ends with the process. */
function withinLimit(work: Promise<Tried>, seconds: number): Promise<Tried> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Tried>((resolve) => {
    timer = setTimeout(
      () => resolve({ count: 0, findings: [`it did not end within ${seconds} s`] }),
      seconds * 1000,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

const told = (thrown: unknown): string =>
  thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);

async function tryVariant(variant: Variant, share: number, options: RunnerOptions): Promise<Report> {
  const { seed, most = Number.POSITIVE_INFINITY, onLog } = options;
  const started = Date.now();
  const deadline = started + share;
  const failures: Failure[] = [];
  let trials = 0;
  let count = 0;
  let untried: string | null = null;
  // Once at least, however small the budget is.
  while (trials === 0 || (trials < most && Date.now() < deadline && failures.length < 3)) {
    const trialSeed = seedOf(seed, trials);
    const log: string[] = [];
    const say = (text: string): void => {
      log.push(text);
      onLog?.(variant.name, text);
    };
    try {
      const work = variant.run({ seed: trialSeed, deadline, log: say });
      const tried = await withinLimit(work, variant.limit ?? 180);
      count += tried.count;
      if (tried.findings.length > 0)
        failures.push({ variant: variant.name, seed: trialSeed, findings: tried.findings, log });
    } catch (thrown) {
      if (thrown instanceof Untried) {
        untried = thrown.message;
        break;
      }
      failures.push({ variant: variant.name, seed: trialSeed, findings: [told(thrown)], log });
    }
    trials += 1;
  }
  await variant.close?.();
  return { variant: variant.name, trials, count, seconds: (Date.now() - started) / 1000, failures, untried };
}

/** Tries all variants one after the other; what one does not use of its share is the others'. */
export async function runVariants(options: RunnerOptions): Promise<readonly Report[]> {
  const { variants, budget, onReport } = options;
  const end = Date.now() + budget;
  const reports: Report[] = [];
  for (const [i, variant] of variants.entries()) {
    const share = Math.max(0, end - Date.now()) / (variants.length - i);
    const report = await tryVariant(variant, share, options);
    reports.push(report);
    onReport?.(report);
  }
  return reports;
}
