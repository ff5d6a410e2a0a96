import { isBalanced, type RunKind } from "@cutover/model";
import type { EntityOf, FlagOf, TotalOf, VerdictOf, WaitingOf } from "../evidence.js";

const sum = (entities: readonly EntityOf[], of: (e: EntityOf) => number): number =>
  entities.reduce((total, entity) => total + of(entity), 0);

const figure = (n: number): string => n.toLocaleString("en-US");

const counted = (n: number, one: string, many: string): string => `${figure(n)} ${n === 1 ? one : many}`;

/** What the verdict is made from. */
export interface Found {
  readonly outcome: VerdictOf["outcome"];
  readonly entities: readonly EntityOf[];
  readonly totals: readonly TotalOf[];
  readonly waiting: WaitingOf;
  readonly flags: readonly FlagOf[];
  readonly run: { readonly id: number; readonly kind: RunKind; readonly state: string };
  readonly approved: boolean;
}

/** Neither closed nor taken back: whatever is found of it is found half-way. */
const isUnfinished = ({ state }: Found["run"]): boolean => state === "running" || state === "interrupted";

function sentence(found: Found): string {
  const half = isUnfinished(found.run) ? `Run ${found.run.id} is not finished. ` : "";
  return `${half}${foundSentence(found)}`;
}

function foundSentence({ outcome, entities, totals, approved }: Found): string {
  const read = sum(entities, (e) => e.balance.read);
  const planned = approved ? "approved" : "planned";
  const accounted = !entities.every((e) => isBalanced(e.balance))
    ? "The books do not balance"
    : read === 1
      ? "The one record that was read is accounted for"
      : `All ${figure(read)} records are accounted for`;
  if (outcome === "match") return `${accounted}, and the target holds what was ${planned}.`;
  if (outcome === "not reconciled") return `${accounted}; the target has not been read back.`;
  const wrong = (["missing", "different", "unexpected"] as const)
    .map((verdict) => [verdict, sum(entities, (e) => e.reconciled?.[verdict] ?? 0)] as const)
    .filter(([, n]) => n > 0)
    .map(([verdict, n]) => `${figure(n)} ${verdict}`);
  const untied = totals.filter((t) => t.ties === false).length;
  if (wrong.length === 0 && untied > 0 && totals.every((t) => t.atTarget !== "differs")) {
    const many = counted(untied, "control total does", "control totals do");
    return `${accounted}, and record by record the target holds what was ${planned}; but ${many} not tie: a plain query counts the sources otherwise than they were read.`;
  }
  if (untied > 0) wrong.push(counted(untied, "control total does not tie", "control totals do not tie"));
  const books = entities.every((e) => isBalanced(e.balance)) ? "" : "The books do not balance. ";
  return `${books}The target does not hold what was ${planned}: ${wrong.join(", ") || "see the control totals"}.`;
}

/** What was held back, and why each record of it was. */
function heldBack({ records, own, dependent, decided }: WaitingOf): readonly string[] {
  if (records === 0) return [];
  const parts = [
    own === 0 ? "" : `${figure(own)} for ${own === 1 ? "a problem of its own" : "problems of their own"}`,
    dependent === 0
      ? ""
      : `${figure(dependent)} only because ${dependent === 1 ? "it refers" : "they refer"} to a flagged one`,
    decided === 0
      ? ""
      : `${figure(decided)} ${decided === 1 ? "was" : "were"} decided since and ${decided === 1 ? "goes" : "go"} with the next plan`,
  ].filter((part) => part !== "");
  const wait = own + dependent;
  const held =
    wait === 0
      ? counted(records, "record was held back", "records were held back")
      : counted(records, "record was held back for a person", "records were held back for a person");
  return [`${held}: ${parts.join(", ")}.`];
}

function remarks({ waiting, flags, run }: Found): readonly string[] {
  const warned = flags.filter((f) => f.severity === "warning").reduce((n, f) => n + f.count, 0);
  return [
    ...(isUnfinished(run)
      ? [
          `Go on with cutover run${run.kind === "production" ? " --production" : ""}, then reconcile and report it whole.`,
        ]
      : []),
    ...(run.state === "undone" ? ["The run was taken back afterwards."] : []),
    ...heldBack(waiting),
    ...(warned === 0
      ? []
      : [`${counted(warned, "warning was given: the record", "warnings were given: the records")} went on.`]),
  ];
}

/** The verdict and what says it to someone who reads nothing else. */
export function verdictOf(found: Found): VerdictOf {
  const balanced = found.entities.every((e) => isBalanced(e.balance));
  return {
    outcome: found.outcome,
    balanced,
    sentence: sentence(found),
    remarks: remarks(found),
  };
}
