import { setImmediate as turn } from "node:timers/promises";
import type { InboundMapping } from "@cutover/mapping";
import {
  CutoverError,
  type Column,
  type Extractor,
  type ExtractSpec,
  type RejectedRow,
  type SourceValue,
} from "@cutover/model";
import { filesWithout } from "../empty-files.js";
import { ColumnProfiler } from "./column.js";
import { estimateEffort, type EffortRates } from "./effort.js";
import { Places, type Place } from "./places.js";
import { ProfileScratch } from "./scratch.js";
import { Sightings } from "./tally.js";
import { MappingTrial } from "./trial.js";
import type { ExtractProfile, KeyProfile, Profile, Rejected } from "./types.js";

export interface ProfileOptions {
  /** Mappings to try on the rows: what they would exclude and flag, and which references lead nowhere. */
  readonly mappings?: readonly InboundMapping[] | undefined;
  readonly rates?: EffortRates | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: { readonly extract: string; readonly rows: number }) => void) | undefined;
  /** When the profile was made; for tests and for reports that repeat. */
  readonly now?: Date | undefined;
}

/** Looks at everything a source holds, in one pass over each extract and in bounded memory. */
export async function profileSource(
  extractor: Extractor,
  extracts: readonly ExtractSpec[],
  options: ProfileOptions = {},
): Promise<Profile> {
  const scratch = new ProfileScratch();
  try {
    const trials = (options.mappings ?? []).map((mapping) => ({
      mapping,
      trial: new MappingTrial(mapping, scratch),
    }));
    const profiles: ExtractProfile[] = [];
    for (const extract of extracts) {
      const own = trials
        .filter(({ mapping }) => mapping.extract.name === extract.name)
        .map(({ trial }) => trial);
      profiles.push(await profileExtract(extractor, extract, own, scratch, options));
    }
    const tried = trials
      .filter(({ mapping }) => extracts.some(({ name }) => name === mapping.extract.name))
      .map(({ trial }) => trial.profile);
    return {
      at: (options.now ?? new Date()).toISOString(),
      medium: extractor.medium,
      snapshot: extractor.capabilities.snapshot,
      extracts: profiles,
      mappings: tried,
      effort: estimateEffort(profiles, tried, options.rates),
    };
  } finally {
    scratch.close();
  }
}

const names = (list: readonly Column[]): readonly string[] => list.map(({ name }) => name);

const without = (list: readonly string[], taken: readonly string[]): readonly string[] =>
  list.filter((name) => !taken.some((other) => other.toLowerCase() === name.toLowerCase()));

/** A file with other columns than declared is profiled all the same: that it has them is a finding. */
const lenient = (extract: ExtractSpec): ExtractSpec =>
  extract.options["file"] === undefined
    ? extract
    : { ...extract, options: { ...extract.options, unknown: "ignore", optional: names(extract.columns) } };

async function profileExtract(
  extractor: Extractor,
  declared: ExtractSpec,
  trials: readonly MappingTrial[],
  scratch: ProfileScratch,
  { signal, onProgress }: ProfileOptions,
): Promise<ExtractProfile> {
  const extract = lenient(declared);
  const real = await extractor.columns(extract);
  const columns = extract.columns.map((column) => new ColumnProfiler(extract.name, column));
  const keys = keyCounter(extract, scratch);
  const places = new Places();
  const filled = new Set<string>();
  const rejected = new Map<RejectedRow["code"], Sightings>();
  let rows = 0;
  for await (const batch of extractor.read(extract, { batchSize: 10_000, signal })) {
    if (signal?.aborted === true) {
      throw new CutoverError("interrupted", `stopped while profiling ${extract.name}`, { stage: "extract" });
    }
    places.note(batch.file);
    if (batch.file !== undefined) filled.add(batch.file.name);
    scratch.batch(() => {
      batch.rows.forEach((row, i) => {
        const at = batch.at[i]!;
        for (let c = 0; c < columns.length; c++) columns[c]!.add(row[c] ?? null, at);
        keys.add(row, at);
        for (const trial of trials) trial.add(row);
      });
    });
    for (const { code, at } of batch.rejected) {
      let sightings = rejected.get(code);
      if (sightings === undefined) rejected.set(code, (sightings = new Sightings()));
      sightings.add(at);
    }
    rows += batch.rows.length + batch.rejected.length;
    onProgress?.({ extract: extract.name, rows });
    await turn();
  }
  return {
    name: extract.name,
    rows,
    counted: await extractor.count(extract),
    emptyFiles: await filesWithout(extractor, extract, filled),
    rejected: [...rejected].map(([code, { count, at }]): Rejected => ({
      code,
      count,
      at: at.map(places.of),
    })),
    missingColumns: without(names(extract.columns), names(real)),
    otherColumns: without(names(real), names(extract.columns)),
    key: keys.profile(places.of),
    columns: columns.map((column) => column.profile(places.of)),
  };
}

/** Counts records without a key and records whose key was there before. */
function keyCounter(extract: ExtractSpec, scratch: ProfileScratch) {
  const columns = extract.key.map((name) => extract.columns.findIndex((column) => column.name === name));
  const missing = new Sightings();
  return {
    add(row: readonly SourceValue[], at: number): void {
      if (columns.length === 0) return;
      const parts = columns.map((place) => row[place] ?? null);
      if (parts.some((part) => part === null || part === "")) missing.add(at);
      else scratch.key(parts.map(String).join("\u001F"), at);
    },
    profile(place: Place): KeyProfile | null {
      if (columns.length === 0) return null;
      const { duplicates, duplicatesAt, variants } = scratch.takeKeys();
      return {
        columns: extract.key,
        duplicates,
        duplicatesAt: duplicatesAt.map(place),
        variants,
        missing: missing.count,
        missingAt: missing.at.map(place),
      };
    },
  };
}
