import { createHash } from "node:crypto";
import type { HeldRows } from "@cutover/intake";
import { currentExtraction, targetDigest, type Ledger } from "@cutover/ledger";
import { canonicalJson } from "@cutover/model";

/** What a delta builds on. */
export interface DeltaBase {
  /** The finished run whose end the target holds, where nothing changed since. */
  readonly run: number;
  /**
   * The reconciliation that found it so, where the target has the very rows that were read then; without it,
   * the target is trusted.
   */
  readonly reconciliation?: number | undefined;
}

/** What a plan's digest is made of. */
export interface SealedParts {
  readonly definition: string;
  /** What is staged and how each record ends. */
  readonly staged: string;
  /** What the target held. */
  readonly target: string;
  /** Name and version of what planned. */
  readonly tool: string;
  /** Canonical JSON. */
  readonly scope: string;
}

/** A plan as the ledger keeps it. */
export interface PlanRow extends SealedParts {
  readonly id: number;
  readonly digest: string;
  readonly extraction: number;
  /** JSON: what the target held, row by row, when all of it was read; null where it was not. */
  readonly held: string | null;
  readonly createdAt: string;
}

/** The one digest that an approval names: SHA-256 (hex) over the canonical JSON of the parts. */
export const planDigest = ({ definition, staged, target, tool, scope }: SealedParts): string =>
  createHash("sha256").update(canonicalJson({ definition, staged, target, tool, scope })).digest("hex");

/** What the target held: what the ledger knows of it, and every row as it was read. */
const targetSeal = (ledger: Ledger, held: string | null): string => {
  const known = targetDigest(ledger);
  return held === null ? known : createHash("sha256").update(`${known} ${held}`).digest("hex");
};

/** Seals what was planned, and keeps the plan. `body` goes into the chain with it. */
export function sealPlan(
  ledger: Ledger,
  { held: rows, ...sealed }: Omit<SealedParts, "target"> & { readonly held: HeldRows | null },
  createdAt: string,
  body: (plan: PlanRow) => unknown,
): PlanRow {
  return ledger.transaction(() => {
    const held = rows === null ? null : canonicalJson(rows);
    const parts = { ...sealed, target: targetSeal(ledger, held) };
    const digest = planDigest(parts);
    const extraction = currentExtraction(ledger);
    const { lastInsertRowid } = ledger.db
      .prepare(
        `INSERT INTO plan (digest, definition, staged, target, tool, scope, extraction, held, createdAt)
         VALUES (@digest, @definition, @staged, @target, @tool, @scope, @extraction, @held, @createdAt)`,
      )
      .run({ ...parts, digest, extraction, held, createdAt });
    const plan = { ...parts, id: Number(lastInsertRowid), digest, extraction, held, createdAt };
    ledger.append("plan", body(plan));
    return plan;
  });
}

/** The last plan, or null where there is none. */
export const lastPlan = (ledger: Ledger): PlanRow | null =>
  (ledger.db.prepare("SELECT * FROM plan ORDER BY id DESC LIMIT 1").get() as PlanRow | undefined) ?? null;

/** What only what was affected was planned on, where it was; the rest was left as the target holds it. */
export const deltaOf = (plan: Pick<PlanRow, "scope">): DeltaBase | null =>
  (JSON.parse(plan.scope) as { readonly delta?: DeltaBase } | null)?.delta ?? null;
