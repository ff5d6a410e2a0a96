import type { Database } from "better-sqlite3";
import type { RunKind } from "@cutover/model";
import type { Declared, Evidence, ExceptionOf, RunOf, SealOf, TotalOf } from "./evidence.js";
import {
  gatherDifferences,
  gatherEntities,
  gatherFlags,
  gatherReasons,
  type EntitiesReconciled,
} from "./gather/books.js";
import { exceptions } from "./gather/exceptions.js";
import { countRecords, recordLines } from "./gather/records.js";
import { verdictOf } from "./gather/verdict.js";

/** How much the page itself carries; the files beside it carry everything. */
export const pageLimits = { exceptions: 25_000, records: 25_000 } as const;

/** The last reconciliation of the run, as reconcile gives it. */
export interface Reconciled {
  readonly id: number;
  readonly verdict: "match" | "mismatch";
  readonly finishedAt: string;
  readonly entities: EntitiesReconciled;
}

export interface ReportInput {
  readonly db: Database;
  readonly run: number;
  readonly reconciled: Reconciled | null;
  readonly totals: readonly TotalOf[];
  readonly declared: Declared;
  readonly now: Date;
}

interface RunRow {
  readonly id: number;
  readonly kind: RunKind;
  readonly state: string;
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
      `SELECT run.id, run.kind, run.state, run.startedAt, run.finishedAt, plan.digest, plan.definition, plan.staged, plan.target,
              plan.scope, plan.extraction
         FROM run JOIN plan ON plan.id = run.plan WHERE run.id = ?`,
    )
    .get(run) as RunRow;

/** The extraction a run loaded. */
export const extractionOf = (db: Database, run: number): number => runRow(db, run).extraction;

/** A scope in words; what it names is sealed in the plan. */
function told(scope: string): string {
  const parsed = (JSON.parse(scope) ?? {}) as Readonly<Record<string, readonly string[] | undefined>>;
  const parts = Object.entries(parsed).flatMap(([name, values]) => (values?.length ? [`${name}: ${values.join(", ")}`] : []));
  return parts.length === 0 ? "everybody" : parts.join("; ");
}

function seal(db: Database, run: RunRow): SealOf {
  const chain = db
    .prepare(
      "SELECT count(*) AS events, (SELECT digest FROM event ORDER BY seq DESC LIMIT 1) AS head FROM event",
    )
    .get() as {
    events: number;
    head: string | null;
  };
  const { digest, definition, staged, target } = run;
  return { plan: digest, definition, staged, target, events: chain.events, head: chain.head ?? "" };
}

function approvals(db: Database, digest: string): RunOf["approvals"] {
  return db
    .prepare("SELECT answer, by, at, because FROM approval WHERE digest = ? ORDER BY id")
    .all(digest) as RunOf["approvals"];
}

/** Gathers all that is known of a run. Reads the ledger and nothing else. */
export function buildEvidence(input: ReportInput): Evidence {
  const { db, reconciled, totals, declared } = input;
  const run = runRow(db, input.run);
  const { extraction } = run;
  const entities = gatherEntities(db, extraction, reconciled?.entities ?? null);
  const shown: ExceptionOf[] = [];
  let exceptionCount = 0;
  for (const exception of exceptions(db, extraction, reconciled?.id ?? null)) {
    exceptionCount++;
    if (shown.length < pageLimits.exceptions) shown.push(exception);
  }
  const count = countRecords(db, extraction);
  return {
    format: "cutover-evidence/1",
    migration: declared.migration,
    tool: declared.tool,
    writtenAt: input.now.toISOString(),
    verdict: verdictOf(entities, totals, reconciled?.verdict ?? "not reconciled"),
    run: {
      id: run.id,
      kind: run.kind,
      state: run.state,
      startedAt: run.startedAt,
      finishedAt: run.finishedAt,
      reconciledAt: reconciled?.finishedAt ?? null,
      scope: told(run.scope),
      approvals: approvals(db, run.digest),
    },
    sides: declared.sides,
    entities,
    reasons: gatherReasons(db, extraction, declared.because),
    totals,
    differences: reconciled === null ? [] : gatherDifferences(db, reconciled.id),
    flags: gatherFlags(db, extraction),
    fidelity: declared.fidelity,
    conditions: declared.conditions,
    exceptions: shown,
    exceptionCount,
    records: {
      count,
      rows:
        count > pageLimits.records
          ? []
          : [...recordLines(db, extraction)].map((r) => [
              r.entity,
              r.mapping,
              r.key,
              r.what,
              r.disposition,
              r.reason,
              r.targetKey,
            ]),
    },
    seal: seal(db, run),
  };
}
