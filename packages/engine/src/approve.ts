import type { Ledger } from "@cutover/ledger";
import { CutoverError } from "@cutover/model";

export interface Approval {
  readonly digest: string;
  readonly answer: "yes" | "no";
  readonly by: string;
  readonly at: string;
  readonly because: string | null;
}

/** Records a named person's yes or no to a digest. The last word of any person counts: a no takes a yes back. */
export function approve(ledger: Ledger, approval: Approval): void {
  if (approval.by.trim() === "")
    throw new CutoverError("usage", "an approval needs a name", { stage: "plan" });
  if (approval.answer === "no" && (approval.because ?? "").trim() === "") {
    throw new CutoverError("usage", "a no needs a reason", {
      stage: "plan",
      remedy: "Say why with --because.",
    });
  }
  ledger.transaction(() => {
    ledger.db
      .prepare("INSERT INTO approval (digest, answer, by, at, because) VALUES (?, ?, ?, ?, ?)")
      .run(approval.digest, approval.answer, approval.by, approval.at, approval.because);
    ledger.append("approval", approval);
  });
}

/** The answers to a digest, each person's last one, oldest first. */
export const approvalsOf = (ledger: Ledger, digest: string): readonly Approval[] =>
  ledger.db
    .prepare(
      `SELECT digest, answer, by, at, because FROM approval a
       WHERE digest = ? AND id = (SELECT MAX(id) FROM approval b WHERE b.digest = a.digest AND b.by = a.by)
       ORDER BY id`,
    )
    .all(digest) as Approval[];

/** @throws CutoverError `not-approved` unless someone says yes to the plan's digest and nobody says no. */
export function requireApproval(ledger: Ledger, digest: string): void {
  const answers = approvalsOf(ledger, digest);
  const no = answers.find((a) => a.answer === "no");
  if (no === undefined && answers.some((a) => a.answer === "yes")) return;
  throw new CutoverError(
    "not-approved",
    no === undefined ? `nobody has approved the plan ${digest}` : `${no.by} said no to the plan ${digest}`,
    { stage: "load", remedy: "Have the plan approved: cutover approve." },
  );
}
