import type { Cost } from "./measure/measure.js";

interface Kept {
  /** Size of the ledger when the step had ended. */
  readonly ledgerMb?: number;
  /** What the database servers used meanwhile, where it was asked. */
  readonly serverCpu?: number;
}

/** Is told what a program's turn comes to, step by step. */
interface Clerk {
  /** A step has ended; a program of one step does not name it. */
  cost(step: string, cost: Cost & Kept): void;
  /** A step cannot be measured, and why. */
  skip(why: string): void;
}

/** One who takes part: Cutover, or what it is compared with. */
export interface Program<On> {
  readonly name: string;
  /** One sentence for the reader of the table. */
  readonly does: string;
  /** Why it cannot take part, and what would help; null where it can. */
  missing?(): string | null;
  run(on: On, clerk: Clerk): Promise<void>;
}

/** Where one turn is taken. */
interface Place<On> {
  readonly on: On;
  readonly where: string;
  readonly end: () => Promise<void>;
}

/** What all programs of a contest read, made once; and for each turn what one of them writes. */
interface Ground<On> {
  /** How many records there are to move or to read. */
  readonly records: number;
  turn(): Promise<Place<On>>;
  end(): Promise<void>;
}

/** Programs that do the same work on the same data. */
export interface Contest<On> {
  readonly name: string;
  readonly programs: readonly Program<On>[];
  open(rows: number): Promise<Ground<On>>;
  /** What `--runs 0 --keep` leaves behind for trying things by hand. */
  prepare?(on: On): void;
}

/** What one step of one program cost in one turn. */
export interface Sample extends Cost, Kept {
  readonly contest: string;
  readonly rows: number;
  readonly records: number;
  readonly turn: number;
  /** `cutover plan` */
  readonly step: string;
}

export interface Rules {
  readonly rows: number;
  /** Names of the programs that take part; null for all. */
  readonly programs: readonly string[] | null;
  readonly runs: number;
  /** Whether what was made stays. */
  readonly keep: boolean;
  readonly say: (text: string) => void;
  /** Told what was measured, as soon as it was. */
  readonly sample: (sample: Sample) => void;
  /** Told who does not take part, and why. */
  readonly skip: (why: string) => void;
  /** Told what went wrong. */
  readonly fail: (why: string) => void;
}

/** Holds a contest: the programs take turns, so that a slow minute of the machine hits them all. */
export async function hold<On>(contest: Contest<On>, rules: Rules): Promise<void> {
  const { rows, runs, keep, say } = rules;
  const taking = takingPart(contest, rules);
  if (taking.length === 0) return;
  say(`${contest.name}, ${rows.toLocaleString("en-US")} rows`);
  const ground = await contest.open(rows);
  try {
    if (runs === 0) await prepare(contest, ground, say);
    for (let turn = 1; turn <= runs; turn++) {
      for (const program of taking) {
        await takeTurn(program, ground, rules, {
          skip: rules.skip,
          cost(step, cost) {
            const name = step === "" ? program.name : `${program.name} ${step}`;
            const of = { contest: contest.name, rows, records: ground.records, turn, step: name };
            rules.sample(sampleOf(cost, of));
          },
        });
      }
    }
  } finally {
    if (!keep) await ground.end();
  }
}

async function takeTurn<On>(
  program: Program<On>,
  ground: Ground<On>,
  rules: Rules,
  clerk: Clerk,
): Promise<void> {
  const { on, where, end } = await ground.turn();
  try {
    await program.run(on, clerk);
  } catch (error) {
    // What an hour has measured until then is not lost, and the others go on.
    rules.fail(`${program.name}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    if (rules.keep) rules.say(`  kept: ${where}`);
    else await end();
  }
}

/** The figures alone, without what a program said. */
const sampleOf = (
  { seconds, cpu, peakMb, ledgerMb, serverCpu }: Cost & Kept,
  of: Pick<Sample, "contest" | "rows" | "records" | "turn" | "step">,
): Sample => ({
  ...of,
  seconds,
  cpu,
  peakMb,
  ...(ledgerMb === undefined ? {} : { ledgerMb }),
  ...(serverCpu === undefined ? {} : { serverCpu }),
});

function takingPart<On>(contest: Contest<On>, { programs, skip }: Rules): readonly Program<On>[] {
  return contest.programs
    .filter(({ name }) => programs === null || programs.includes(name))
    .filter((program) => {
      const why = program.missing?.() ?? null;
      if (why !== null) skip(`${contest.name}, ${program.name}: ${why}`);
      return why === null;
    });
}

async function prepare<On>(contest: Contest<On>, ground: Ground<On>, say: Rules["say"]): Promise<void> {
  const { on, where } = await ground.turn();
  contest.prepare?.(on);
  say(`  made: ${where}`);
}
