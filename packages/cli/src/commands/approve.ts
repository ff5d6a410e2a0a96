import { approve as record, approvalsOf } from "@cutover/engine";
import { CutoverError, exit } from "@cutover/model";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import type { Call, Outcome } from "../command.js";
import { withLedger } from "../migration/ledger.js";
import { readMigration } from "../migration/read.js";

/** `cutover approve`: a named person's yes or no to exactly one plan, in the ledger and as a file made for git. */
export async function approve({ args, options }: Call): Promise<Outcome> {
  const migration = readMigration(args[0]);
  const by = options["by"];
  if (typeof by !== "string" || by.trim() === "") {
    throw new CutoverError("usage", "an approval needs a name", { remedy: 'Say who with --by "Name".' });
  }
  const wanted = options["plan"];
  if (typeof wanted !== "string" || !/^[0-9a-f]{8,64}$/.test(wanted)) {
    throw new CutoverError("usage", "an approval names the plan it is of", {
      remedy: "Give --plan with the digest that `cutover plan` printed, or at least its first 8 characters.",
    });
  }
  return withLedger(migration, { write: true, command: "approve" }, (ledger) => {
    const digests = ledger.db
      .prepare("SELECT DISTINCT digest FROM plan WHERE digest LIKE ? || '%'")
      .pluck()
      .all(wanted) as string[];
    const [digest] = digests;
    if (digest === undefined || digests.length > 1) {
      throw new CutoverError(
        "usage",
        digest === undefined ? `there is no plan ${wanted}` : `${wanted} is the beginning of several plans`,
        {
          remedy: "Give the whole digest that `cutover plan` printed.",
        },
      );
    }
    const approval = {
      digest,
      answer: options["no"] === true ? ("no" as const) : ("yes" as const),
      by: by.trim(),
      at: new Date().toISOString(),
      because: typeof options["because"] === "string" ? options["because"] : null,
    };
    record(ledger, approval);
    const folder = path.join(migration.folder, "approvals");
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `${digest.slice(0, 12)}-${approval.at.replaceAll(/[:.]/g, "-")}.yaml`);
    writeFileSync(file, stringify({ ...approval, chain: ledger.head().digest }));
    return {
      status: exit.clean,
      json: { ...approval, file, approvals: approvalsOf(ledger, digest) },
      text: `${approval.by} says ${approval.answer} to the plan ${digest}.\nWritten to ${path.relative(process.cwd(), file)}.`,
    };
  });
}
