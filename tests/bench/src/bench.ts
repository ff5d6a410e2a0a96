import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { sizeOf } from "./data/rows.js";
import { makeSource, makeTarget } from "./data/stores.js";
import type { Options } from "./options.js";
import { writeMigration } from "./programs/cutover.js";
import { programs } from "./programs/index.js";
import { pairName, type Costs, type Pair, type Program, type Turn } from "./programs/program.js";

/** What one step of one program cost in one turn. */
interface Sample {
  readonly pair: string;
  readonly rows: number;
  readonly program: string;
  readonly step: string;
  readonly turn: number;
  readonly seconds: number;
  readonly cpu: number;
  readonly peakMb: number | null;
}

export interface Measured {
  readonly samples: readonly Sample[];
  /** What did not take part, and why. */
  readonly skipped: readonly string[];
}

export type Say = (text: string) => void;

/** Measures every pair at every size: the programs take turns, so that a slow minute hits them all. */
export async function bench(options: Options, say: Say): Promise<Measured> {
  const samples: Sample[] = [];
  const skipped = new Set<string>();
  for (const rows of options.rows) {
    for (const pair of options.pairs) {
      const size = sizeOf(rows);
      const taking = await takingPart(pair, options, skipped);
      say(`${pairName(pair)}, ${rows.toLocaleString("en-US")} completions: filling the source`);
      const source = await makeSource(pair.from, size);
      try {
        if (options.runs === 0) await prepare({ pair, size, source }, say);
        for (let turn = 1; turn <= options.runs; turn++) {
          for (const program of taking) {
            const costs = await takeTurn(program, { pair, size, source }, options.keep, say);
            samples.push(
              ...asSamples(costs, { pair: pairName(pair), rows, program: program.name, turn }, say),
            );
          }
        }
      } finally {
        if (!options.keep) await source.drop();
      }
    }
  }
  for (const why of skipped) say(`not measured: ${why}`);
  return { samples, skipped: [...skipped] };
}

/** A migration to try things on by hand. */
async function prepare(on: Omit<Turn, "target" | "folder">, say: Say): Promise<void> {
  const target = await makeTarget(on.pair.to, on.size);
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-bench-"));
  writeMigration({ ...on, target, folder });
  say(`  made: ${folder} (${on.source.url} → ${target.url})`);
}

async function takingPart(
  pair: Pair,
  { programs: chosen }: Options,
  skipped: Set<string>,
): Promise<readonly Program[]> {
  const taking: Program[] = [];
  for (const program of programs) {
    if (chosen !== null && !chosen.includes(program.name)) continue;
    const why = await program.missing(pair);
    if (why === null) taking.push(program);
    else skipped.add(`${program.name}, ${pairName(pair)}: ${why}`);
  }
  return taking;
}

/** Every turn begins with a target of its own. */
async function takeTurn(
  program: Program,
  on: Omit<Turn, "target" | "folder">,
  keep: boolean,
  say: Say,
): Promise<Costs> {
  const target = await makeTarget(on.pair.to, on.size);
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-bench-"));
  try {
    return await program.run({ ...on, target, folder });
  } finally {
    if (keep) say(`  kept: ${folder} (${on.source.url} → ${target.url})`);
    else {
      await target.drop();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function asSamples(
  costs: Costs,
  of: Pick<Sample, "pair" | "rows" | "program" | "turn">,
  say: Say,
): readonly Sample[] {
  return Object.entries(costs).map(([step, { seconds, cpu, peakMb }]) => {
    const memory = peakMb === null ? "" : `${peakMb} MB`;
    say(
      `  ${of.turn}. ${`${of.program} ${step}`.padEnd(24)}${seconds.toFixed(2).padStart(9)} s${cpu.toFixed(2).padStart(9)} s CPU${memory.padStart(9)}`,
    );
    return { ...of, step, seconds, cpu, peakMb };
  });
}
