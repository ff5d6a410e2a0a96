import { loadSystem, outboundExamples, type LoadedSystem, type OutboundExample } from "@cutover/mapping";
import { canonicalJson, CutoverError, type Problem } from "@cutover/model";
import { attempts, Companions } from "./companions.js";
import { moveExamples, type CameBack } from "./move-examples.js";

/** Whether what a target keeps survives being written and read back, as far as its examples show. */
export interface RoundTrip {
  /** Examples that came back as projected. */
  readonly proven: number;
  /** Fields that did not come back as projected. */
  readonly broken: readonly Problem[];
  /** Examples that could not be tried, each with the reason. */
  readonly untried: readonly Problem[];
  /** Fields that a mapping keeps and no example carried there and back. */
  readonly uncarried: readonly { readonly mapping: string; readonly field: string }[];
}

/** The examples by the parameters they are run with: those of the migration, under the example's own. */
function byParameters(system: LoadedSystem): ReadonlyMap<LoadedSystem, readonly OutboundExample[]> {
  const groups = new Map<string, OutboundExample[]>();
  for (const example of outboundExamples(system)) {
    const name = canonicalJson(example.parameters);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [example]);
    else group.push(example);
  }
  const { loadedBy } = system;
  return new Map(
    [...groups.values()].map((examples) => {
      const { parameters } = examples[0]!;
      const isOwn = Object.keys(parameters).length > 0;
      const own = isOwn
        ? loadSystem({ ...loadedBy, parameters: { ...loadedBy.parameters, ...parameters } }).system
        : null;
      return [own ?? system, examples];
    }),
  );
}

const cameThrough = ({ unwritten, differing }: CameBack): boolean =>
  unwritten === null && differing.length === 0;

/**
 * Tries all examples together. Those that do not come through are tried again, each alone and with other
 * companions: what stands in the way may be another example, or what it was given to refer to.
 */
async function tryAll(
  system: LoadedSystem,
  examples: readonly OutboundExample[],
  companions: Companions,
  now: string,
): Promise<readonly CameBack[]> {
  const together = await moveExamples(
    system,
    examples.map((example) => companions.partyOf(example)),
    now,
  );
  const found: CameBack[] = [];
  for (const one of together) {
    let best = one;
    const hasCompanions = one.party.records.length > 1;
    for (let i = 0; i < (hasCompanions ? attempts : 1) && !cameThrough(best); i++) {
      const [again] = await moveExamples(system, [companions.partyOf(one.party.example, i)], now);
      if (i === 0 || cameThrough(again!)) best = again!;
    }
    found.push(best);
  }
  return found;
}

function uncarriedOf(system: LoadedSystem, found: readonly CameBack[]): RoundTrip["uncarried"] {
  return system.outbound.flatMap(({ name, fidelity }) => {
    const shown = found.filter(
      ({ party, unwritten }) => party.example.mapping === name && unwritten === null,
    );
    return [...fidelity]
      .filter(([, { fidelity: how }]) => how === "kept")
      .map(([field]) => field)
      .filter((field) => !shown.some(({ party }) => (party.example.out.record[field] ?? null) !== null))
      .map((field) => ({ mapping: name, field }));
  });
}

const titleOf = ({ party: { example } }: CameBack): string =>
  `outbound ${example.mapping}, example "${example.name}"`;

/**
 * Writes the examples of a target's outbound mappings into a scratch database with the real loader, reads
 * them back with the real extractor through the target's inbound mappings, and compares what came back
 * with the projection.
 */
export async function roundTrip(system: LoadedSystem, now = new Date().toISOString()): Promise<RoundTrip> {
  const found: CameBack[] = [];
  if (system.medium === "sql") {
    for (const [variant, examples] of byParameters(system)) {
      const companions = new Companions(system, outboundExamples(system));
      try {
        found.push(...(await tryAll(variant, examples, companions, now)));
      } catch (error) {
        // A definition may hold SQL that SQLite does not know: then its round trip cannot be tried here.
        if (!(error instanceof CutoverError) || error.code === "internal") throw error;
        const unwritten = [error.message, ...error.problems.map(({ message }) => message)].join("; ");
        found.push(
          ...examples.map((example) => ({ party: companions.partyOf(example), unwritten, differing: [] })),
        );
      }
    }
  }
  const broken = found.filter(({ unwritten, differing }) => unwritten === null && differing.length > 0);
  const untried = found.filter(({ unwritten }) => unwritten !== null);
  return {
    proven: found.length - broken.length - untried.length,
    broken: broken.flatMap((one) =>
      one.differing.map((field) => ({
        message:
          field === ""
            ? `${titleOf(one)}: what was written is not read back`
            : `${titleOf(one)}: \`${field}\` does not come back as it is projected`,
        at: one.party.example.at,
        remedy:
          "Declare what is lost in `projection`, `noSlot` or `overwritten`, or mend one of the two mappings.",
      })),
    ),
    untried: untried.map((one) => ({
      message: `${titleOf(one)}: its round trip could not be tried: ${one.unwritten!}`,
      at: one.party.example.at,
    })),
    uncarried: uncarriedOf(system, found),
  };
}
