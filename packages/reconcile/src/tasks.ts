import type { Ledger } from "@cutover/ledger";
import type { Part } from "./parts.js";

/** A piece of reconciling that needs nothing of the others. */
export type Task =
  /** Read a part of the target's records, and compare them with what is expected. */
  | { readonly kind: "compare"; readonly part: Part }
  /** Look for the rows that batches wrote. */
  | { readonly kind: "look"; readonly first: number; readonly last: number }
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

/** Tasks that look for every row that was written and still stands. */
export function looks({ db }: Ledger): readonly Task[] {
  const batches = db.prepare("SELECT id, records FROM batch WHERE state = 'done' ORDER BY id").raw();
  const tasks: Task[] = [];
  let first: number | null = null;
  let records = 0;
  let last = 0;
  for (const [id, more] of batches.all() as [number, number][]) {
    first ??= id;
    last = id;
    records += more;
    if (records < lookedAtOnce) continue;
    tasks.push({ kind: "look", first, last });
    first = null;
    records = 0;
  }
  if (first !== null) tasks.push({ kind: "look", first, last });
  return tasks;
}
