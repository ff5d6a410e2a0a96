import type { Ledger } from "@cutover/ledger";
import type { InPassing } from "./in-passing.js";
import type { Part } from "./parts.js";
import type { LookedAt, Writes } from "./standing-writes.js";

/** Read a part of the target's records, and compare them with what is expected. */
export interface Comparing {
  readonly kind: "compare";
  readonly part: Part;
  readonly passing: readonly InPassing[];
}

/** A piece of reconciling that needs nothing of the others. */
export type Task =
  | Comparing
  /** Look for the rows that batches wrote. */
  | ({ readonly kind: "look" } & LookedAt)
  /** Add up the ledger's own control totals of a source. */
  | { readonly kind: "total"; readonly side: number };

/** Tasks that several threads do, each of them once: who is free takes the next. */
export class TaskList {
  readonly tasks: readonly Task[];
  /** How many are taken; threads share it. */
  readonly taken: Int32Array<SharedArrayBuffer>;

  constructor(tasks: readonly Task[], taken = new Int32Array(new SharedArrayBuffer(4))) {
    this.tasks = tasks;
    this.taken = taken;
  }

  next(): Task | null {
    return this.tasks[Atomics.add(this.taken, 0, 1)] ?? null;
  }
}

/** Records of the batches that are looked at in one task. */
const lookedAtOnce = 50_000;

/** Tasks that look for every row that was written and still stands, but for those that are looked for elsewhere. */
export function looks({ db }: Ledger, elsewhere: readonly Writes[]): readonly Task[] {
  const all = db.prepare("SELECT id, records FROM batch WHERE state = 'done' ORDER BY id").raw();
  const tasks: Task[] = [];
  let first: number | null = null;
  let records = 0;
  let last = 0;
  const look = (from: number): void => {
    const isHere = (batch: number): boolean => batch >= from && batch <= last;
    tasks.push({
      kind: "look",
      first: from,
      last,
      elsewhere: elsewhere.filter(({ batches }) => batches.some(isHere)),
    });
  };
  for (const [id, more] of all.all() as [number, number][]) {
    first ??= id;
    last = id;
    records += more;
    if (records < lookedAtOnce) continue;
    look(first);
    first = null;
    records = 0;
  }
  if (first !== null) look(first);
  return tasks;
}
