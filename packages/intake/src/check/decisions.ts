import { issueWriter, restage, stagedRecord, type Ledger } from "@cutover/ledger";
import {
  entities,
  invalidFields,
  isStructured,
  type CanonicalValue,
  type EntityName,
  type Kind,
} from "@cutover/model";

interface Decision {
  readonly record: number;
  readonly entity: EntityName;
  readonly code: string;
  readonly action: "override" | "exclude";
  readonly field: string | null;
  readonly value: string | null;
}

const excludedByDecision = "decision";

/** A person's text as a value of the field's kind; undefined where it is none. */
function parse(kind: Kind, text: string | null): CanonicalValue | undefined {
  if (text === null) return null;
  if (kind === "boolean") return text === "true" ? true : text === "false" ? false : undefined;
  if (kind === "integer") return /^-?\d+$/.test(text) ? Number(text) : undefined;
  if (!isStructured(kind)) return text;
  try {
    return JSON.parse(text) as CanonicalValue;
  } catch {
    return undefined;
  }
}

/**
 * Puts people's answers into what is staged: overridden values, and records that are to be left out.
 * `accept` needs nothing but the ledger's own view of open flags; `match` and `merge` belong to matching.
 * An override that is no value of its field is a flag of its own: the person has to look again.
 */
export function applyDecisions(ledger: Ledger): void {
  const decisions = ledger.db
    .prepare(
      `SELECT d.record, m.entity, d.code, d.action, d.field, d.value FROM decision d
       JOIN record r ON r.id = d.record JOIN mapping m ON m.id = r.mapping
       WHERE d.action IN ('override', 'exclude') AND r.gone IS NULL
       ORDER BY d.id`,
    )
    .all() as Decision[];
  // What a mapping's rule leaves out keeps the rule for a reason: nobody maps it again to find it.
  const exclude = ledger.db.prepare(
    "UPDATE record SET disposition = 'excluded', reason = ? WHERE id = ? AND coalesce(disposition, '') NOT IN ('merged', 'excluded')",
  );
  const add = issueWriter(ledger);
  for (const { record: id, entity, action, field, value } of decisions) {
    if (action === "exclude") {
      exclude.run(excludedByDecision, id);
      continue;
    }
    const staged = stagedRecord(ledger, entity, id);
    const declared = field === null ? undefined : entities[entity].fields[field];
    if (staged === null || field === null || declared === undefined) continue;
    const parsed = parse(declared.kind, value);
    const changed = { ...staged, [field]: parsed ?? null };
    if (parsed === undefined || invalidFields(entity, changed).includes(field)) {
      const note = `the override is no ${declared.kind}`;
      add({ record: id, code: "bad-value", severity: "flag", stage: "check", field, note });
      continue;
    }
    restage(ledger, entity, id, changed);
  }
}
