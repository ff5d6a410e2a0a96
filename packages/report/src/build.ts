import type { Database } from "better-sqlite3";
import type { RunKind } from "@cutover/model";
import type {
  Declared,
  Evidence,
  ExceptionOf,
  FileOf,
  OthersOf,
  RunOf,
  SealOf,
  TotalOf,
} from "./evidence.js";
import {
  gatherDifferences,
  gatherEntities,
  gatherExtracts,
  gatherReasons,
  type EntitiesReconciled,
} from "./gather/books.js";
import { gatherDecisions, gatherFlags, gatherWaiting } from "./gather/flags.js";
import { verdictOf } from "./gather/verdict.js";

/** The last reconciliation of the run, as reconcile gives it. */
export interface Reconciled {
  readonly id: number;
  readonly verdict: "match" | "mismatch";
  readonly finishedAt: string;
  readonly entities: EntitiesReconciled;
  readonly others: readonly OthersOf[];
}

export interface ReportInput {
  readonly db: Database;
  readonly run: number;
  readonly reconciled: Reconciled | null;
  readonly totals: readonly TotalOf[];
  readonly declared: Declared;
  /** Whether the event chain was found unbroken. */
  readonly intact: boolean;
  readonly now: Date;
}

/** What was written beside the evidence, and as much of it as the evidence carries itself. */
export interface Listed {
  readonly exceptions: readonly ExceptionOf[];
  readonly exceptionCount: number;
  readonly recordCount: number;
  readonly files: readonly FileOf[];
}

interface RunRow {
  readonly id: number;
  readonly kind: RunKind;
  readonly state: string;
  readonly plannedAt: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly digest: string;
  readonly definition: string;
  readonly staged: string;
  readonly target: string;
  readonly scope: string;
  readonly extraction: number;
}

const runRow = (db: Database, run: number): RunRow =>
  db
    .prepare(
      `SELECT run.id, run.kind, run.state, plan.createdAt AS plannedAt, run.startedAt, run.finishedAt, plan.digest,
              plan.definition, plan.staged, plan.target, plan.scope, plan.extraction
         FROM run JOIN plan ON plan.id = run.plan WHERE run.id = ?`,
    )
    .get(run) as RunRow;

/** The extraction a run loaded. */
export const extractionOf = (db: Database, run: number): number => runRow(db, run).extraction;

/** A scope in words; what it names is sealed in the plan. */
function told(scope: string): string {
  const parsed = (JSON.parse(scope) ?? {}) as Readonly<Record<string, readonly string[] | undefined>>;
  const parts = Object.entries(parsed).flatMap(([name, values]) =>
    values?.length ? [`${name}: ${values.join(", ")}`] : [],
  );
  return parts.length === 0 ? "everybody" : parts.join("; ");
}

function seal(db: Database, run: RunRow, intact: boolean): SealOf {
  const chain = db
    .prepare(
      "SELECT count(*) AS events, (SELECT digest FROM event ORDER BY seq DESC LIMIT 1) AS head FROM event",
    )
    .get() as { events: number; head: string | null };
  const { digest, definition, staged, target } = run;
  return { plan: digest, definition, staged, target, events: chain.events, head: chain.head ?? "", intact };
}

function approvals(db: Database, digest: string): RunOf["approvals"] {
  return db
    .prepare("SELECT answer, by, at, because FROM approval WHERE digest = ? ORDER BY id")
    .all(digest) as RunOf["approvals"];
}

/** Gathers all that is known of a run. Reads the ledger and nothing else. */
export function buildEvidence(input: ReportInput, listed: Listed): Evidence {
  const { db, reconciled, totals, declared } = input;
  const run = runRow(db, input.run);
  const entities = gatherEntities(db, reconciled?.entities ?? null);
  const flags = gatherFlags(db);
  const waiting = gatherWaiting(db);
  const approved = approvals(db, run.digest);
  return {
    format: "cutover-evidence/1",
    migration: declared.migration,
    tool: declared.tool,
    writtenAt: input.now.toISOString(),
    verdict: verdictOf({
      outcome: reconciled?.verdict ?? "not reconciled",
      entities,
      totals,
      waiting,
      flags,
      run,
      approved: approved.some(({ answer }) => answer === "yes"),
    }),
    run: {
      id: run.id,
      kind: run.kind,
      state: run.state,
      plannedAt: run.plannedAt,
      startedAt: run.startedAt,
      finishedAt: run.finishedAt,
      reconciledAt: reconciled?.finishedAt ?? null,
      scope: told(run.scope),
      approvals: approved,
    },
    sides: declared.sides,
    extracts: gatherExtracts(db),
    entities,
    others: reconciled?.others ?? [],
    reasons: gatherReasons(db, declared.because),
    totals,
    differences: reconciled === null ? [] : gatherDifferences(db, reconciled.id),
    waiting,
    flags,
    decisions: gatherDecisions(db),
    fidelity: declared.fidelity,
    conditions: declared.conditions,
    exceptions: listed.exceptions,
    exceptionCount: listed.exceptionCount,
    recordCount: listed.recordCount,
    files: listed.files,
    seal: seal(db, run, input.intact),
  };
}
