import { checkExamples, loadSystem, type ExampleReport, type LoadedSystem } from "@cutover/mapping";
import { exit, type Problem } from "@cutover/model";
import type { Call, Outcome } from "../command.js";
import { checkLive, type Live } from "../migration/live.js";
import { readMigration } from "../migration/read.js";
import { loadSystems, mappingsInvalid } from "../migration/systems.js";
import { problemLines } from "../output/failure.js";
import { roundTrip, type RoundTrip } from "../round-trip/round-trip.js";

interface Checked {
  readonly system: LoadedSystem;
  readonly examples: ExampleReport;
}

const failures = ({ examples }: Checked): readonly Problem[] =>
  examples.mappings.flatMap(({ mapping, direction, examples: all }) =>
    all
      .filter((e) => !e.passed)
      .map((e) => ({
        message: `${direction} ${mapping}, example "${e.name}": ${e.differences.join("; ")}`,
        at: e.at,
      })),
  );

const uncovered = ({ examples }: Checked): readonly Problem[] =>
  examples.mappings.flatMap(({ mapping, uncovered: parts }) =>
    parts.map((part) => ({
      message: `${mapping}: no example shows the ${part.kind} ${part.what}`,
      at: part.at,
    })),
  );

/** Examples say what a mapping does with its parameters' defaults, or with their own; not with those of a migration. */
const withDefaults = (system: LoadedSystem): LoadedSystem =>
  loadSystem({ ...system.loadedBy, parameters: {} }).system ?? system;

/** The whole of a target, of which a migration may move a part: what is moved refers to what is not. */
const whole = (system: LoadedSystem): LoadedSystem => loadSystem(system.loadedBy).system ?? system;

/** What the round trip could not show: no errors, but nothing to rely on either. */
const unshown = ({ untried, uncarried }: RoundTrip): readonly Problem[] => [
  ...untried,
  ...uncarried.map(({ mapping, field }) => ({
    message: `${mapping}: no example carries \`${field}\`, which is kept, into the target and back`,
  })),
];

/**
 * `cutover check`: lint, coverage and examples; whether what the target keeps survives the round trip; then
 * the live systems. One that is declared and out of reach ends with 3, when all else was told.
 */
export async function check({ args, options, streams }: Call): Promise<Outcome> {
  const migration = readMigration(args[0]);
  const systems = loadSystems(migration);
  const distinct = [
    ...new Map([...systems.sources.map((s) => s.system), systems.target].map((s) => [s.digest, s])).values(),
  ];
  const checked = distinct.map((system): Checked => ({
    system,
    examples: checkExamples(withDefaults(system)),
  }));
  const failed = checked.flatMap(failures);
  // Examples that fail by themselves tell nothing about the way there and back.
  const trip = failed.length === 0 ? await roundTrip(whole(systems.target)) : null;
  const warnings = [
    ...systems.warnings,
    ...checked.flatMap(uncovered),
    ...(trip === null ? [] : unshown(trip)),
  ];
  const live = options["offline"] === true ? [] : await checkLive(migration, systems);
  const problems = [...failed, ...(trip?.broken ?? []), ...live.flatMap((l) => l.problems)];
  if (problems.length > 0) {
    // What is found below is not all there may be to find.
    for (const { side, because } of live) {
      if (because !== null) streams.log(`${side}: not checked: ${because}`);
    }
    throw mappingsInvalid(problems);
  }
  const counts = checked.map(({ system, examples }) => ({
    system: system.name,
    digest: system.digest,
    mappings: system.inbound.length + system.outbound.length,
    examples: examples.passed,
  }));
  return {
    status: live.some(({ state }) => state === "out of reach") ? exit.unreachable : exit.clean,
    json: {
      systems: counts,
      roundTrip: {
        system: systems.target.name,
        proven: trip?.proven ?? 0,
        untried: trip?.untried.length ?? 0,
        uncarried: trip?.uncarried ?? [],
      },
      live: live.map(({ side, state, because }) => ({ side, looked: because === null, state, because })),
      warnings,
    },
    text: [
      ...warnings.map((warning) => `warning: ${problemLines(warning)}`),
      ...counts.map(
        (c) =>
          `${c.system}: ${c.mappings} mappings, ${c.examples} examples hold, digest ${c.digest.slice(0, 12)}`,
      ),
      ...(trip === null ? [] : [tripText(systems.target.name, trip)]),
      ...live.map((l) => `${l.side}: ${l.because === null ? "is as declared" : `not checked: ${l.because}`}`),
      soundText(options["offline"] === true, live),
    ].join("\n"),
  };
}

/** What was not looked at is no part of what is sound. */
function soundText(offline: boolean, live: readonly Live[]): string {
  if (offline) return "The mappings are sound; the systems themselves were not checked (--offline).";
  const unseen = live.filter(({ because }) => because !== null);
  if (unseen.length === 0) return "The mappings are sound.";
  const sides = unseen.map(({ side, state }) => `${side} (${state})`).join(", ");
  return `The mappings are sound as far as could be seen. Not checked: ${sides}.`;
}

const tripText = (name: string, { proven, untried }: RoundTrip): string =>
  `${name}: ${proven} examples come back from a scratch target as projected${untried.length === 0 ? "" : `, ${untried.length} could not be tried`}`;
