import {
  endSettledBeside,
  Seen,
  SeenKeys,
  stagingWriter,
  type Extraction,
  type HighWater,
  type Ledger,
} from "@cutover/ledger";
import type { InboundMapping } from "@cutover/mapping";
import type { ExtractSpec, SourceBatch, SourceValue } from "@cutover/model";
import type { IntakeOptions } from "./counts.js";
import type { Greatest } from "./greatest.js";
import { readExtract } from "./read-extract.js";
import type { Side } from "./side.js";
import { Staging, type ExtractRead } from "./staging.js";

export interface Changed {
  readonly extract: ExtractSpec;
  readonly mappings: readonly InboundMapping[];
  readonly since: HighWater;
  readonly greatest: Greatest;
}

/** Gives a row of some columns its places among all of them; the row given is used anew for the next. */
function spread(extract: ExtractSpec, columns: readonly string[]) {
  const places = columns.map((name) => extract.columns.findIndex((column) => column.name === name));
  const whole: SourceValue[] = Array.from({ length: extract.columns.length }, () => null);
  return (row: readonly SourceValue[]): readonly SourceValue[] => {
    places.forEach((place, i) => (whole[place] = row[i]!));
    return whole;
  };
}

/**
 * Stages the rows of an extract that changed, and says of all others that they are still there: of them
 * only the columns are read that keys are made of. Where that does not tell all (a key nobody knows, one
 * that came twice, one that cannot be made), returns why, and the extract has to be read whole.
 */
export async function readChanged(
  ledger: Ledger,
  side: Side,
  { extract, mappings, since, greatest }: Changed,
  options: IntakeOptions & { readonly extraction: Extraction },
): Promise<ExtractRead | string> {
  const known = mappings.map(({ name, key }) => ({
    key,
    seen: new SeenKeys(ledger, side.inbound.get(name)!),
  }));
  const only = [...new Set(known.flatMap(({ key }) => key.columns))];
  if (known.some(({ key }) => key.columns.length === 0)) return "a key is not made of its columns alone";
  if (known.some(({ seen }) => !seen.isPlain)) return "its keys do not tell records apart";

  // Where all has to be read in the end, nothing was seen.
  const seenChanged = new Seen();
  const stagings = mappings.map((mapping) => new Staging(ledger, side, mapping, seenChanged, false));
  const stage = stagingWriter(ledger);
  let rejected = 0;
  const takeChanged = (batch: SourceBatch): void => {
    greatest.take(batch);
    rejected += batch.rejected.length;
    ledger.transaction(() => {
      for (const staging of stagings) staging.take(batch, stage);
    });
  };
  const changed = await readExtract(side, extract, options, takeChanged, {
    since: { column: extract.changed!, value: since },
  });
  if (rejected > 0) return "rows of it cannot be read";

  let why: string | null = null;
  const whole = spread(extract, only);
  const takeKeys = (batch: SourceBatch): void => {
    if (why !== null) return;
    if (batch.rejected.length > 0) why = "rows of it cannot be read";
    for (const { key, seen } of known) {
      const keys = batch.rows.map((row) => key.of(whole(row)) ?? "");
      if (keys.includes("") || !seen.see(keys, batch.at)) why ??= "it has keys that are not known";
    }
  };
  // To see keys writes nothing: what the delta leaves as it is gets its end meanwhile.
  const [reading, ending] = await Promise.allSettled([
    readExtract(side, extract, options, takeKeys, { only }),
    endSettledBeside(ledger),
  ]);
  if (reading.status === "rejected") throw reading.reason;
  if (ending.status === "rejected") throw ending.reason;
  const read = reading.value;
  if (why !== null) return why;
  ledger.transaction(() => {
    for (const { seen } of known) seen.enter(options.extraction.seen);
  });
  return { stagings, read, changed };
}
