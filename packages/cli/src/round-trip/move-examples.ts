import { load, makePlan } from "@cutover/engine";
import { checkStaged, registerSide, stageSource, stageTarget, takeTotals } from "@cutover/intake";
import { beginExtraction, inMemory, openLedger, type Ledger } from "@cutover/ledger";
import type { LoadedSystem } from "@cutover/mapping";
import { reconcile } from "@cutover/reconcile";
import type { Party } from "./companions.js";
import { exampleSource } from "./example-source.js";
import { makeScratch } from "./scratch.js";

/** What came back of an example. */
export interface CameBack {
  readonly party: Party;
  /** Why it was not written; null where it was. */
  readonly unwritten: string | null;
  /** Fields that did not come back as projected; an empty name stands for the whole record. */
  readonly differing: readonly string[];
}

interface Ended {
  readonly id: number;
  readonly key: string;
  readonly disposition: string;
  readonly reason: string | null;
}

const endings = (ledger: Ledger): ReadonlyMap<string, Ended> =>
  new Map(
    (ledger.db.prepare("SELECT id, key, disposition, reason FROM record ORDER BY id").all() as Ended[]).map(
      (one) => [one.key, one],
    ),
  );

const written: ReadonlySet<string> = new Set(["created", "updated", "unchanged"]);

/** Why a record of a party was not written: what it ended as, and the issues it ended so for. */
function reasonOf(ledger: Ledger, party: Party, ends: ReadonlyMap<string, Ended>): string | null {
  if (party.unmet.length > 0) return `no example makes ${party.unmet.join(", ")}`;
  for (const { key, entity } of party.records) {
    const end = ends.get(key);
    if (end !== undefined && written.has(end.disposition)) continue;
    const issues = ledger.db
      .prepare("SELECT code, field, note FROM issue WHERE record = ? AND severity = 'flag' ORDER BY id")
      .all(end?.id ?? 0) as {
      readonly code: string;
      readonly field: string | null;
      readonly note: string | null;
    }[];
    const told = issues.map(({ code, field, note }) =>
      [code, ...(field === null ? [] : [`of ${field}`]), ...(note === null ? [] : [`(${note})`])].join(" "),
    );
    const what = key === party.key ? "it" : `the ${entity} it refers to`;
    const why = told.length > 0 ? told.join(", ") : (end?.reason ?? "it was not staged");
    return `${what} was ${end?.disposition ?? "lost"}: ${why}`;
  }
  return null;
}

/**
 * Moves examples into a scratch target by the whole of the real way (plan, load, read back, compare), and
 * tells for each what came back.
 */
export async function moveExamples(
  system: LoadedSystem,
  parties: readonly Party[],
  now: string,
): Promise<readonly CameBack[]> {
  const ledger = openLedger(inMemory, { create: true, command: "check" });
  const scratch = await makeScratch(system);
  try {
    const made = exampleSource(parties.flatMap(({ records }) => records));
    const source = registerSide(ledger, { name: "examples", role: "source", ...made });
    const { loader, extractor } = scratch;
    const side = registerSide(ledger, { name: "target", role: "target", system, extractor });
    const target = { side, loader };
    const sources = [source];
    await stageSource(ledger, source, { extraction: beginExtraction(ledger) });
    checkStaged(ledger, { now });
    await stageTarget(ledger, side, "before", {});
    await takeTotals(ledger, side, "before");
    await makePlan({ ledger, sources, target, tool: "check", now });
    const { run } = await load({ ledger, sources, target, kind: "rehearsal", now: () => now });
    const { reconciliation } = await reconcile({ ledger, sources, target: side, run, now: () => now });
    const ends = endings(ledger);
    const differing = ledger.db
      .prepare(
        `SELECT coalesce(field, '') FROM difference
         WHERE reconciliation = ? AND record = ? AND verdict IN ('different', 'missing')`,
      )
      .pluck();
    return parties.map((party) => ({
      party,
      unwritten: reasonOf(ledger, party, ends),
      differing: differing.all(reconciliation, ends.get(party.key)?.id ?? 0) as string[],
    }));
  } finally {
    await scratch.close();
    ledger.close();
  }
}
