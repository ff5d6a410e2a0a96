import type { Sample } from "../contest.js";
import { spreadOf } from "./figures.js";

/** A step of the program that does what the laws ask and nothing else, beside that of Cutover. */
interface Line {
  readonly step: string;
  /** Medians. */
  readonly seconds: number;
  readonly cpu: number;
  readonly serverCpu: number;
  /** What two cores take that never wait: half of all that is computed. */
  readonly bound: number;
  /** Seconds of Cutover's step; null where it did not take part. */
  readonly cutover: number | null;
}

export interface Bare {
  readonly contest: string;
  readonly rows: number;
  readonly lines: readonly Line[];
  /** Seconds of pgloader in the same turns; null where it did not take part. */
  readonly pgloader: number | null;
}

const cores = 2;
const phases = ["plan", "run", "reconcile"];

const median = (samples: readonly Sample[], of: (sample: Sample) => number | undefined): number | null =>
  spreadOf(samples.flatMap((sample) => of(sample) ?? []))?.median ?? null;

/** What the laws cost alone, in all contests and sizes in which both sides of it were measured. */
export function bareOf(samples: readonly Sample[]): readonly Bare[] {
  const first = samples.filter(({ step }) => step === "bare plan");
  const grounds = new Map(first.map(({ contest, rows }) => [`${contest} ${rows}`, { contest, rows }]));
  return [...grounds.values()].flatMap(({ contest, rows }) => {
    const own = samples.filter((sample) => sample.contest === contest && sample.rows === rows);
    const lines = phases.flatMap((step) => lineOf(step, own) ?? []);
    if (lines.length < phases.length) return [];
    return [{ contest, rows, lines: [...lines, whole(lines)], pgloader: secondsOf(own, "pgloader") }];
  });
}

const secondsOf = (samples: readonly Sample[], step: string): number | null =>
  median(
    samples.filter((sample) => sample.step === step),
    ({ seconds }) => seconds,
  );

function lineOf(step: string, samples: readonly Sample[]): Line | null {
  const own = samples.filter((sample) => sample.step === `bare ${step}`);
  const seconds = median(own, (sample) => sample.seconds);
  const cpu = median(own, (sample) => sample.cpu);
  const serverCpu = median(own, (sample) => sample.serverCpu);
  if (seconds === null || cpu === null || serverCpu === null) return null;
  const cutover = secondsOf(samples, `cutover ${step}`);
  return { step, seconds, cpu, serverCpu, bound: (cpu + serverCpu) / cores, cutover };
}

function whole(lines: readonly Line[]): Line {
  const [plan, run] = lines as [Line, Line];
  const sum = (of: (line: Line) => number): number => of(plan) + of(run);
  return {
    step: "whole: plan and run",
    seconds: sum(({ seconds }) => seconds),
    cpu: sum(({ cpu }) => cpu),
    serverCpu: sum(({ serverCpu }) => serverCpu),
    bound: sum(({ bound }) => bound),
    cutover: plan.cutover === null || run.cutover === null ? null : plan.cutover + run.cutover,
  };
}
