import { openLedger } from "@cutover/ledger";
import path from "node:path";
import { cutover, toldBy, type Place, type Said } from "./cutover.js";
import type { Engine } from "./databases.js";
import { ledgerState } from "./ledger-state.js";
import { batch, type Migration, type Sources } from "./migration.js";
import { differences, meaningOf, targetState, type TargetState } from "./target-state.js";

type State = Readonly<Record<string, readonly string[]>>;

/** Where a migration has come to. */
interface End {
  readonly target: State;
  readonly ledger: State;
}

async function endOf({ folder, target }: Migration): Promise<End> {
  const state = await targetState(target);
  return { target: meaningOf(state), ledger: ledgerState(folder, state) };
}

/** Runs a command of a migration. A migration of ours ends with flags, 4: some of its records need a person. */
export const command = (name: string, { folder }: Pick<Migration, "folder">, place?: Place): Promise<Said> =>
  cutover([name, folder, ...(name === "run" ? batch : []), "--json"], place);

export const isWell = ({ status }: Said): boolean => status === 0 || status === 4;

/** What `reconcile` says, without what differs from one time to the next. */
function reconciled({ out }: Said): unknown {
  const { entities, totals, verdict } = JSON.parse(out) as Record<string, unknown>;
  return { entities, totals, verdict };
}

interface Undisturbed {
  readonly before: TargetState;
  readonly loaded: End;
  readonly reconciled: unknown;
  /** How long `run` took, in milliseconds. */
  readonly took: number;
}

async function undisturbedEnd(migration: Migration): Promise<Undisturbed> {
  try {
    return await undisturbed(migration);
  } finally {
    await migration.remove();
  }
}

async function undisturbed(migration: Migration): Promise<Undisturbed> {
  const before = await targetState(migration.target);
  const started = Date.now();
  const run = await command("run", migration);
  if (!isWell(run)) throw new Error(toldBy("run, undisturbed,", run));
  const took = Date.now() - started;
  const loaded = await endOf(migration);
  const said = await command("reconcile", migration);
  if (!isWell(said)) throw new Error(toldBy("reconcile, undisturbed,", said));
  return { before, loaded, reconciled: reconciled(said), took };
}

/** Where undisturbed migrations come to; each pair of engines is migrated once. */
export class Ends {
  readonly #sources: Sources;
  readonly #known = new Map<string, Promise<Undisturbed>>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  of(source: Engine, target: Engine): Promise<Undisturbed> {
    const name = `${source} ${target}`;
    let end = this.#known.get(name);
    if (end === undefined) {
      end = this.#sources.migration(source, target).then(undisturbedEnd);
      this.#known.set(name, end);
    }
    return end;
  }
}

function chainFindings(folder: string): readonly string[] {
  const ledger = openLedger(path.join(folder, ".cutover", "ledger.db"), { readonly: true });
  try {
    ledger.checkIntegrity();
    const check = ledger.verifyChain();
    return check.brokenAt === null ? [] : [`the chain of events is broken: ${check.because}`];
  } finally {
    ledger.close();
  }
}

/** What is not as after an undisturbed run: in the target, in the ledger, and in what `reconcile` says. */
export async function loadedFindings(
  migration: Migration,
  expected: Undisturbed,
): Promise<readonly string[]> {
  const end = await endOf(migration);
  const said = await command("reconcile", migration);
  const found = isWell(said) || said.status === 5 ? reconciled(said) : null;
  return [
    ...differences("the target", expected.loaded.target, end.target),
    ...differences("the ledger", expected.loaded.ledger, end.ledger),
    ...(isWell(said) ? [] : [toldBy("reconcile", said)]),
    ...(JSON.stringify(found) === JSON.stringify(expected.reconciled)
      ? []
      : [`reconcile says ${JSON.stringify(found)} instead of ${JSON.stringify(expected.reconciled)}`]),
    ...chainFindings(migration.folder),
  ];
}

/** What of the target is not as it was before it was loaded, ids and all. */
export async function undoneFindings(
  migration: Migration,
  { before }: Undisturbed,
): Promise<readonly string[]> {
  const lines = (state: TargetState): State =>
    Object.fromEntries(
      Object.entries(state).map(([table, rows]) => [table, rows.map((row) => JSON.stringify(row))]),
    );
  return [
    ...differences("the target after undo", lines(before), lines(await targetState(migration.target))),
    ...chainFindings(migration.folder),
  ];
}
