import type { TestDatabase } from "@cutover/testkit";
import type { Size } from "../data/rows.js";
import type { AnyEngine } from "../data/tables.js";
import type { Cost } from "../measure/measure.js";

/** From which engine to which. */
export interface Pair {
  readonly from: AnyEngine;
  readonly to: AnyEngine;
}

export const pairName = ({ from, to }: Pair): string => `${from}-${to}`;

/** One turn of a program: a filled source, a target without results, and a folder of its own. */
export interface Turn {
  readonly pair: Pair;
  readonly size: Size;
  readonly source: TestDatabase;
  readonly target: TestDatabase;
  readonly folder: string;
}

/** What a step of a program cost, by the step's name. */
export type Costs = Readonly<Record<string, Cost>>;

/** A way of moving the rows: Cutover, or what it is compared with. */
export interface Program {
  readonly name: string;
  /** One sentence for the reader of the table. */
  readonly does: string;
  /** Why it cannot take part for a pair; null where it can. */
  missing(pair: Pair): Promise<string | null> | string | null;
  run(turn: Turn): Promise<Costs>;
}
