import { setImmediate as turn } from "node:timers/promises";
import type { InboundMapping, System } from "@cutover/mapping";
import {
  CutoverError,
  entityNames,
  type EntityName,
  type ExtractSpec,
  type Narrow,
  type SourceBatch,
} from "@cutover/model";
import type { IntakeOptions } from "./counts.js";
import type { Side } from "./side.js";

/** Rows a transaction: large enough that its cost does not count, small enough to stay in memory. */
const defaultBatchSize = 4_000;

/** A system's inbound mappings by the extract they are made from, in the order their entities are loaded. */
export function byExtract(
  system: System,
  entities: readonly EntityName[] = entityNames,
): ReadonlyMap<ExtractSpec, readonly InboundMapping[]> {
  const groups = new Map<string, { readonly extract: ExtractSpec; readonly mappings: InboundMapping[] }>();
  for (const entity of entityNames) {
    if (!entities.includes(entity)) continue;
    for (const mapping of system.inbound) {
      if (mapping.entity !== entity) continue;
      const group = groups.get(mapping.extract.name);
      if (group === undefined) {
        groups.set(mapping.extract.name, { extract: mapping.extract, mappings: [mapping] });
      } else {
        group.mappings.push(mapping);
      }
    }
  }
  return new Map([...groups.values()].map(({ extract, mappings }) => [extract, mappings]));
}

/** Streams an extract to `take`, batch by batch, and returns how many rows there were, rejected ones included. */
export async function readExtract(
  side: Side,
  extract: ExtractSpec,
  options: IntakeOptions,
  take: (batch: SourceBatch) => void | Promise<void> | undefined,
  narrow?: Narrow,
): Promise<number> {
  let read = 0;
  const { signal, batchSize = defaultBatchSize } = options;
  const stop = (): void => {
    if (signal?.aborted !== true) return;
    throw new CutoverError("interrupted", `stopped while reading ${extract.name} of ${side.name}`, {
      stage: "extract",
      remedy: "Start the command again: reading begins anew, ids stay what they are.",
    });
  };
  stop();
  try {
    for await (const batch of side.extractor.read(extract, { batchSize, signal, narrow })) {
      stop();
      await take(batch);
      read += batch.rows.length + batch.rejected.length;
      options.onProgress?.({ side: side.name, extract: extract.name, read });
      // Lets signals in: a medium that answers at once gives the process no turn to hear of them.
      await turn();
    }
  } catch (cause) {
    // A medium that was stopped says so, and not how to go on.
    stop();
    throw cause;
  }
  stop();
  return read;
}

/** @throws CutoverError `books-unbalanced` where rows were lost or made up on the way. */
export function checkComplete(side: Side, extract: ExtractSpec, counted: number, read: number): void {
  if (counted === read) return;
  throw new CutoverError(
    "books-unbalanced",
    `${extract.name} of ${side.name}: ${read} rows were read, ${counted} were counted`,
    {
      stage: "extract",
      remedy: side.extractor.capabilities.snapshot
        ? "This is a fault of Cutover or of the extract's query: please report it."
        : "The source changed while it was read. Read it when nobody writes, or from a copy.",
    },
  );
}
