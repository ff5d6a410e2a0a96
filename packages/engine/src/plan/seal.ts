import { createHash } from "node:crypto";
import { currentExtraction, stagedDigest, targetDigest, type Ledger } from "@cutover/ledger";
import { canonicalJson } from "@cutover/model";

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
  readonly createdAt: string;
}

/** The one digest that an approval names: SHA-256 (hex) over the canonical JSON of the parts. */
export const planDigest = ({ definition, staged, target, tool, scope }: SealedParts): string =>
  createHash("sha256").update(canonicalJson({ definition, staged, target, tool, scope })).digest("hex");

/** Seals what was planned, and keeps the plan. `body` goes into the chain with it. */
export function sealPlan(
  ledger: Ledger,
  sealed: Pick<SealedParts, "definition" | "tool" | "scope">,
  createdAt: string,
  body: (plan: PlanRow) => unknown,
): PlanRow {
  return ledger.transaction(() => {
    const parts = { ...sealed, staged: stagedDigest(ledger), target: targetDigest(ledger) };
    const digest = planDigest(parts);
    const extraction = currentExtraction(ledger);
    const { lastInsertRowid } = ledger.db
      .prepare(
        `INSERT INTO plan (digest, definition, staged, target, tool, scope, extraction, createdAt)
         VALUES (@digest, @definition, @staged, @target, @tool, @scope, @extraction, @createdAt)`,
      )
      .run({ ...parts, digest, extraction, createdAt });
    const plan = { ...parts, id: Number(lastInsertRowid), digest, extraction, createdAt };
    ledger.append("plan", body(plan));
    return plan;
  });
}

/** The last plan, or null where there is none. */
export const lastPlan = (ledger: Ledger): PlanRow | null =>
  (ledger.db.prepare("SELECT * FROM plan ORDER BY id DESC LIMIT 1").get() as PlanRow | undefined) ?? null;

/** Whether only what was affected was planned, and the rest left as the target is trusted to hold it. */
export const isDelta = (plan: Pick<PlanRow, "scope"> | null): boolean =>
  plan !== null && (JSON.parse(plan.scope) as { readonly delta?: unknown } | null)?.delta !== undefined;
