import type { FidelityOf, Plan } from "@cutover/engine";
import type { Condition } from "@cutover/mapping";
import type { FlagOf, ReasonOf } from "@cutover/report";
import type { Planned } from "../migration/planning.js";
import { booksTable } from "./books.js";
import { table } from "./table.js";
import { safe } from "./text.js";

/** What is told of a plan beside what the engine made. */
export interface PlanTold {
  readonly planned: Planned;
  /** Conditions before a load. */
  readonly before: readonly Condition[];
  /** Flags and warnings by code. */
  readonly flags: readonly FlagOf[];
  /** What rules left out and merged. */
  readonly reasons: readonly ReasonOf[];
}

/** Rows of a table; the others are in the JSON, or where a command lists them. */
const most = 12;

const figure = (n: number): string => n.toLocaleString("en-US");

/** The first rows as a table under a heading, and how many there are more. */
function listing<T>(
  heading: string,
  header: readonly string[],
  all: readonly T[],
  rowOf: (one: T) => readonly (string | number | null)[],
  { others, rest }: { readonly others: string; readonly rest: string },
): readonly string[] {
  if (all.length === 0) return [];
  const more = all.length > most ? [`… and ${figure(all.length - most)} more ${others} (${rest}).`] : [];
  return [heading, table(header, all.slice(0, most).map(rowOf)), ...more, ""];
}

/** What a person has to do before a load; what a query proves, a run tries itself. */
function beforeText(before: readonly Condition[]): readonly string[] {
  const byHand = before.filter(({ sql }) => sql === null);
  if (byHand.length === 0) return [];
  const rest = before.length - byHand.length;
  return [
    "Before a load, by hand:",
    table(
      ["what", "how"],
      byHand.map(({ name, manual, because }) => [name, manual ?? because]),
      { lines: 6 },
    ),
    ...(rest === 0
      ? []
      : [`\`cutover run\` checks ${rest} more ${rest === 1 ? "condition" : "conditions"} itself.`]),
    "",
  ];
}

/** What became of the wish for a delta, and what the source no longer has. */
function deltaText({ delta, checked: { orphaned } }: Planned): readonly string[] {
  const lines: string[] = [];
  if (delta?.run != null) lines.push(`A delta: what changed since run ${delta.run}.`);
  if (delta?.because != null) lines.push(`A full plan, no delta: ${delta.because}.`);
  for (const { source, extract, because } of delta?.whole ?? []) {
    lines.push(`${extract} of ${source} was read whole: ${because}.`);
  }
  if (orphaned > 0) {
    lines.push(
      `${figure(orphaned)} records are in the target and no longer in the source: cutover flags --code vanished --warnings`,
    );
  }
  return lines;
}

/** An export that failed leaves its header, and nothing is missed of what was never read. */
const emptyText = ({ empty }: Planned): readonly string[] =>
  empty.length === 0
    ? []
    : [...empty.map(({ source, file }) => `Warning: ${safe(file)} of ${source} has no records.`), ""];

/** Why some fields are held otherwise. */
interface Reason {
  readonly fields: Set<string>;
  readonly because: string;
  /** Whether it is what a step loses, and not what a mapping gives as its reason. */
  readonly isLoss: boolean;
  /** The most records that have a value in one of the fields. */
  values: number;
}

/** Fields with one reason together: "fractions of seconds" is said once. Reasons that a mapping gives come first. */
function heldOtherwise(fidelity: readonly FidelityOf[]): readonly Reason[] {
  const byReason = new Map<string, Reason>();
  for (const { entity, field, fidelity: kind, because, losses, values, lost } of fidelity) {
    if (kind !== "kept" || because === null || values === 0 || lost > 0) continue;
    const isLoss = losses.length > 0;
    for (const told of isLoss ? losses.map((loss) => `Lost: ${loss}.`) : [because]) {
      const reason = byReason.get(told) ?? { fields: new Set(), because: told, isLoss, values: 0 };
      byReason.set(told, reason);
      reason.fields.add(`${entity}.${field}`);
      reason.values = Math.max(reason.values, values);
    }
  }
  return [...byReason.values()].toSorted(
    (x, y) => Number(x.isLoss) - Number(y.isLoss) || y.values - x.values,
  );
}

function lossText({ fidelity }: Plan): readonly string[] {
  const lost = fidelity.filter((f) => f.lost > 0).toSorted((a, b) => b.lost - a.lost);
  return [
    ...(lost.length === 0 ? ["Every value has its place in the target.", ""] : []),
    ...listing(
      "What the target cannot hold:",
      ["field", "", "values", "because"],
      lost,
      (f) => [`${f.entity}.${f.field}`, f.fidelity === "kept" ? "left out" : f.fidelity, f.lost, f.because],
      { others: "fields", rest: "--json" },
    ),
    ...listing(
      "What it holds otherwise than the source does:",
      ["field", "because"],
      heldOtherwise(fidelity),
      ({ fields, because }) => [[...fields].join(", "), because],
      { others: "reasons", rest: "--json" },
    ),
  ];
}

interface Code {
  readonly code: string;
  readonly records: number;
  readonly meaning: string;
}

/** Codes over all entities, those of their own problems first. */
function byCode(flags: readonly FlagOf[], severity: FlagOf["severity"]): readonly Code[] {
  const codes = new Map<string, Code>();
  for (const { code, meaning, ...flag } of flags) {
    if (flag.severity !== severity) continue;
    codes.set(code, { code, meaning, records: flag.count + (codes.get(code)?.records ?? 0) });
  }
  const last = ({ code }: Code): number => (code === "dependent" ? 1 : 0);
  return [...codes.values()].toSorted((a, b) => last(a) - last(b) || b.records - a.records);
}

/** Flags and warnings by code: a warned record goes on, and is worth a look all the same. */
function issuesText(flags: readonly FlagOf[], flagged: number): readonly string[] {
  const list = (heading: string, severity: FlagOf["severity"], command: string): readonly string[] =>
    listing(
      heading,
      ["code", "records", "what it means"],
      byCode(flags, severity),
      ({ code, records, meaning }) => [code, records, meaning],
      { others: "codes", rest: command },
    );
  const warned = byCode(flags, "warning").reduce((sum, { records }) => sum + records, 0);
  const noted = `${figure(warned)} ${warned === 1 ? "warning" : "warnings"}`;
  return [
    ...(flagged === 0
      ? []
      : list(`${figure(flagged)} records need a person (cutover flags), by code:`, "flag", "cutover flags")),
    ...list(
      `${noted}; the records go on (cutover flags --warnings), by code:`,
      "warning",
      "cutover flags --warnings",
    ),
  ];
}

/** A plan for people: what a load would do, what would be lost, what needs a person, what to do before. */
export function planText({ planned, before, flags, reasons }: PlanTold): string {
  const { plan: made } = planned;
  const flagged = [...made.entities.values()].reduce((sum, b) => sum + b.flagged, 0);
  return [
    "A load of this plan would do:",
    booksTable(made.entities),
    "",
    ...emptyText(planned),
    ...listing(
      "What a rule leaves out:",
      ["rule", "of", "records", "because"],
      reasons.filter(({ disposition }) => disposition === "excluded"),
      ({ reason, entity, count, because }) => [reason, entity, count, because],
      { others: "rules", rest: "--json" },
    ),
    ...lossText(made),
    ...issuesText(flags, flagged),
    ...beforeText(before),
    ...deltaText(planned),
    `Undo: ${made.capabilities.undo}.`,
    `Plan ${made.id}, sealed by ${made.digest}`,
    flagged === 0 ? "No flags." : `${figure(flagged)} records need a person: cutover flags`,
    "Next: cutover run (a rehearsal), or have it approved: cutover approve",
  ].join("\n");
}
