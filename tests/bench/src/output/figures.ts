import type { Sample } from "../contest.js";
import { growthRows, works, type Work } from "../works.js";

/** The middle of what was measured, and how far it spread. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** How many were measured. */
  readonly n: number;
}

export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
  return { median, least: sorted[0]!, most: sorted.at(-1)!, n: sorted.length };
}

/** A work's figure at one size. */
export interface Figure {
  readonly work: string;
  readonly rows: number;
  readonly figure: Spread;
  readonly unit: "×" | "MB";
  readonly must: number | null;
  readonly best: number | null;
  /** Whether it keeps what is promised at a million rows; null at other sizes, and where nothing is. */
  readonly kept: boolean | null;
}

const promisedAt = 1_000_000;

/** Every work that was measured, at every size. Ratios are of one turn: both sides had the same minutes. */
export function figuresOf(samples: readonly Sample[]): readonly Figure[] {
  const sizes = [...new Set(samples.map(({ rows }) => rows))].toSorted((a, b) => a - b);
  return works.flatMap((work) =>
    sizes.flatMap((rows) => {
      const figure = spreadOf(valuesOf(work, rows, samples));
      if (figure === null) return [];
      const { must = null, best = null } = work;
      const promised = must !== null && rows === (work.kind === "growth" ? growthRows.to : promisedAt);
      return [
        {
          work: work.work,
          rows,
          figure,
          unit: work.kind === "memory" || work.kind === "ledger" ? "MB" : "×",
          must,
          best,
          kept: promised ? figure.median <= must : null,
        } as const,
      ];
    }),
  );
}

function valuesOf(work: Work, rows: number, samples: readonly Sample[]): readonly number[] {
  const turns = turnsOf(samples, work.contest, rows);
  switch (work.kind) {
    case "time": {
      const others = work.in === undefined ? turns : turnsOf(samples, work.in, rows);
      return quotients(
        turns,
        others,
        (turn) => total(turn, work.of),
        (turn) => total(turn, work.against),
      );
    }
    case "memory":
      return turns.flatMap((turn) => peak(turn, work.of) ?? []);
    case "ledger":
      return turns.flatMap((turn) => turn.get(work.of)?.ledgerMb ?? []);
    case "growth": {
      if (rows !== growthRows.to) return [];
      const value = (turn: Turn) => (work.what === "seconds" ? total(turn, work.of) : peak(turn, work.of));
      return quotients(turns, turnsOf(samples, work.contest, growthRows.from), value, value);
    }
  }
}

/** The samples of one turn, by step. */
type Turn = ReadonlyMap<string, Sample>;

function turnsOf(samples: readonly Sample[], contest: string, rows: number): readonly Turn[] {
  const turns = new Map<number, Map<string, Sample>>();
  for (const sample of samples) {
    if (sample.contest !== contest || sample.rows !== rows) continue;
    const turn = turns.get(sample.turn) ?? new Map<string, Sample>();
    turns.set(sample.turn, turn.set(sample.step, sample));
  }
  return [...turns.values()];
}

/** Null where a step was not measured. */
function total(turn: Turn, steps: readonly string[]): number | null {
  const seconds = steps.map((step) => turn.get(step)?.seconds);
  return seconds.includes(undefined) ? null : seconds.reduce<number>((all, one) => all + one!, 0);
}

function peak(turn: Turn, steps: readonly string[]): number | null {
  const peaks = steps.map((step) => turn.get(step)?.peakMb ?? null);
  return peaks.includes(null) ? null : Math.max(...peaks.map((one) => one!));
}

/** Turn by turn; those that lack a side are left out. */
const quotients = (
  turns: readonly Turn[],
  others: readonly Turn[],
  value: (turn: Turn) => number | null,
  against: (turn: Turn) => number | null,
): readonly number[] =>
  turns.flatMap((turn, i) => {
    const a = value(turn);
    const b = others[i] === undefined ? null : against(others[i]);
    return a === null || b === null || b === 0 ? [] : [a / b];
  });
