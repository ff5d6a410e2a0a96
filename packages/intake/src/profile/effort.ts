import type { Effort, EffortLine, ExtractProfile, MappingProfile } from "./types.js";

/** Person-days each thing takes: rules of thumb, to be replaced by what one's own rehearsals measure. */
export interface EffortRates {
  readonly extract: number;
  readonly column: number;
  readonly code: number;
  readonly dates: number;
  readonly finding: number;
  readonly record: number;
  readonly rule: number;
  readonly rehearsal: number;
}

export const effortRates: EffortRates = {
  extract: 0.5,
  column: 0.05,
  code: 0.02,
  dates: 0.1,
  finding: 0.1,
  record: 0.01,
  rule: 1,
  rehearsal: 2,
};

/** Records of one kind that are decided by hand; more are settled by a rule that people agree on. */
const byHand = 100;
const rehearsals = 2;

const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
const rounded = (days: number): number => Math.round(days * 100) / 100;

/** What the profile says about the work ahead, with the arithmetic. */
export function estimateEffort(
  extracts: readonly ExtractProfile[],
  mappings: readonly MappingProfile[],
  rates: EffortRates = effortRates,
): Effort {
  const columns = extracts.flatMap((extract) => extract.columns).filter((column) => column.filled > 0);
  const groups = [
    ...extracts.flatMap(({ rejected }) => rejected.map(({ count }) => count)),
    ...extracts.flatMap(({ key }) => (key === null ? [] : [key.duplicates, key.variants, key.missing])),
    ...mappings.flatMap(({ orphans }) => orphans.map(({ keys }) => keys)),
    ...mappings.flatMap(({ issues }) => issues.map(({ count }) => count)),
  ].filter((count) => count > 0);
  const small = groups.filter((count) => count <= byHand);
  const line = (what: string, count: number, each: number, because: string): EffortLine => ({
    what,
    count,
    each,
    days: rounded(count * each),
    because,
  });
  const lines = [
    line("extracts", extracts.length, rates.extract, "Agree with its owner what it holds and how it is got."),
    line("columns with values", columns.length, rates.column, "Map it, and try the mapping."),
    line(
      "values of code lists",
      sum(columns.map(({ values }) => values?.length ?? 0)),
      rates.code,
      "Decide what each one means in the target.",
    ),
    line(
      "date columns",
      columns.filter(({ dates }) => dates !== null).length,
      rates.dates,
      "Settle form, time zone and what placeholders stand for.",
    ),
    line(
      "findings",
      sum(columns.map(({ suspicious }) => suspicious.length)),
      rates.finding,
      "Look into each: a rule of the mapping, or a correction at the source.",
    ),
    line(
      "records to decide by hand",
      sum(small),
      rates.record,
      `Rejected, duplicate, keyless, orphaned or flagged, in groups of up to ${byHand}.`,
    ),
    line(
      "rules to agree on",
      groups.length - small.length,
      rates.rule,
      `For a group of more than ${byHand} such records.`,
    ),
    line(
      "rehearsals",
      rehearsals,
      rates.rehearsal,
      "Load, reconcile, and go through the differences with the owners.",
    ),
  ].filter(({ count }) => count > 0);
  const total = rounded(sum(lines.map(({ days }) => days)));
  const days = Math.ceil(total * 2) / 2;
  const terms = lines.map(({ count, each }) => `${count} × ${each}`).join(" + ");
  return { days, lines, arithmetic: `${terms} = ${total} → ${days} person-days` };
}
