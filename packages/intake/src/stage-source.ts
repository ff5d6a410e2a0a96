import {
  forgetPages,
  highWater,
  setHighWater,
  writeTotals,
  type Extraction,
  type Ledger,
} from "@cutover/ledger";
import type { InboundMapping } from "@cutover/mapping";
import { CutoverError, type EntityName, type ExtractSpec } from "@cutover/model";
import type { IntakeOptions, MappingCounts } from "./counts.js";
import { Greatest } from "./greatest.js";
import { pageDigest } from "./held-rows.js";
import { byExtract, checkComplete, readExtract } from "./read-extract.js";
import { readChanged } from "./read-changed.js";
import type { Side } from "./side.js";
import { Staging, type ExtractRead } from "./staging.js";
import { StagingWriter } from "./staging-writer.js";

export interface StageSourceOptions extends IntakeOptions {
  /** What `beginExtraction` gave. */
  readonly extraction: Extraction;
  /** Only what changed, where that can be told: what else there is stays as it was staged. */
  readonly delta?: DeltaReading | undefined;
}

export interface DeltaReading {
  /** Entities whose staged form another source has a part in: they are always read whole. */
  readonly whole: readonly EntityName[];
  /** Told of an extract that says what changed and is read whole all the same. */
  readonly onWhole?: ((extract: string, because: string) => void) | undefined;
}

/**
 * Reads all of an extract; pages that come as they came before are not mapped anew. Null where that does not
 * tell everything: what had one key on such a page has come elsewhere as well.
 */
async function readWhole(
  ledger: Ledger,
  side: Side,
  extract: ExtractSpec,
  mappings: readonly InboundMapping[],
  options: StageSourceOptions,
  greatest: Greatest,
): Promise<ExtractRead | null> {
  const { seen } = options.extraction;
  const stagings = mappings.map((mapping) => new Staging(ledger, side, mapping, seen));
  const before = seen.size;
  const writer = new StagingWriter(ledger);
  try {
    const read = await readExtract(side, extract, options, (batch) => {
      greatest.take(batch);
      const digest = batch.rejected.length === 0 ? pageDigest(batch) : undefined;
      return writer.write(batch.rows.length, (stage) => {
        for (const staging of stagings) staging.take(batch, stage, digest);
      });
    });
    await writer.drain();
    const isWhole = seen.size - before === read * mappings.length;
    return isWhole ? { stagings, read, changed: null } : null;
  } finally {
    await writer.close();
  }
}

/** Begins again with an extract, as if nothing of it had been read before. */
function forgetRead(
  ledger: Ledger,
  side: Side,
  mappings: readonly InboundMapping[],
  { seen }: Extraction,
): void {
  const records = ledger.db.prepare("SELECT id FROM record WHERE mapping = ?").pluck();
  for (const { name } of mappings) {
    const mapping = side.inbound.get(name)!;
    forgetPages(ledger, mapping);
    for (const id of records.iterate(mapping) as Iterable<number>) seen.delete(id);
  }
}

/** Reads what changed, where the extract says what did; else all of it. */
async function readWhatIsNew(
  ledger: Ledger,
  side: Side,
  extract: ExtractSpec,
  mappings: readonly InboundMapping[],
  options: StageSourceOptions,
): Promise<ExtractRead> {
  const { delta } = options;
  const { snapshot, narrows } = side.extractor.capabilities;
  const tells = extract.changed !== undefined && snapshot && narrows === true;
  const since = tells ? highWater(ledger, side.id, extract.name, side.system.digest) : null;
  const greatest = new Greatest(extract, since);
  // Until it is read to its end, nobody knows how far it was seen.
  setHighWater(ledger, side.id, extract.name, side.system.digest, null);
  let result: ExtractRead | null = null;
  if (delta !== undefined && tells) {
    const because =
      since === null
        ? "it was not read by this definition before"
        : mappings.some(({ entity }) => delta.whole.includes(entity))
          ? "another source enriches its records"
          : null;
    const found =
      because ?? (await readChanged(ledger, side, { extract, mappings, since: since!, greatest }, options));
    if (typeof found !== "string") result = found;
    else {
      delta.onWhole?.(extract.name, found);
    }
  }
  result ??= await readWhole(ledger, side, extract, mappings, options, greatest);
  if (result === null) {
    forgetRead(ledger, side, mappings, options.extraction);
    result = await readWhole(ledger, side, extract, mappings, options, greatest);
  }
  if (result === null) {
    throw new CutoverError(
      "books-unbalanced",
      `${extract.name} of ${side.name}: not every row has a record`,
      {
        stage: "extract",
        remedy: "Plan again. If it stays, this is a fault of Cutover: please report it.",
      },
    );
  }
  if (tells) setHighWater(ledger, side.id, extract.name, side.system.digest, greatest.value);
  return result;
}

/**
 * Reads a source through its inbound mappings into the ledger. Each extract is read once and given to
 * every mapping that is made from it; in a delta, only what changed of it, and of the rest the keys. Law 2: the rows read are compared with the rows counted by a
 * plain query, and both figures are kept.
 *
 * @throws CutoverError `books-unbalanced` where they differ; `interrupted` on the signal. What is
 * staged by then is the beginning of an extraction; the next one starts over.
 */
export async function stageSource(
  ledger: Ledger,
  side: Side,
  options: StageSourceOptions,
): Promise<readonly MappingCounts[]> {
  const counts: MappingCounts[] = [];
  const { extracts, totals } = side.system;
  const groups = byExtract(side.system, options.entities);
  await side.extractor.ahead?.(
    [...groups.keys()],
    totals.map(({ sql }) => ({ sql, extracts })),
  );
  for (const [extract, mappings] of groups) {
    const { stagings, read, changed } = await readWhatIsNew(ledger, side, extract, mappings, options);
    const counted = await side.extractor.count(extract);
    const done = stagings.map((staging) => staging.done(counted, read, changed));
    ledger.transaction(() => {
      writeTotals(
        ledger,
        side.id,
        "source",
        done.flatMap((c) => [
          { entity: c.entity, measure: `rows counted: ${c.mapping}`, grouping: {}, value: String(counted) },
          { entity: c.entity, measure: `rows read: ${c.mapping}`, grouping: {}, value: String(read) },
        ]),
      );
      ledger.append("staged", { side: side.name, extraction: options.extraction.id, counts: done });
    });
    checkComplete(side, extract, counted, read);
    counts.push(...done);
  }
  return counts;
}
