import type { Ledger } from "@cutover/ledger";
import { canonicalJson, type CanonicalValue } from "@cutover/model";

/** A value as keys compare it: Unicode NFC, lower case, trimmed; null where nothing is left. */
function normalize(value: CanonicalValue | undefined): string | null {
  if (value === null || value === undefined) return null;
  const text = (typeof value === "object" ? canonicalJson(value) : String(value))
    .normalize("NFC")
    .toLowerCase()
    .trim();
  return text === "" ? null : text;
}

/** Separates the parts of a composite key: no part can hold it, control characters are flagged on reading. */
const separator = "\u001f";

/**
 * A composite key of normalized parts: null where a required part is absent. The first `required`
 * parts must be there, the others may be absent.
 */
export function compositeKey(
  parts: readonly (CanonicalValue | undefined)[],
  required: number,
): string | null {
  const normal = parts.map(normalize);
  return normal.slice(0, required).includes(null) ? null : normal.map((p) => p ?? "").join(separator);
}

/** Makes `match_key(required, part, ...)` known to SQL, so that keys are made where the records are. */
export function registerMatchKey(db: Ledger["db"]): void {
  db.function(
    "match_key",
    { deterministic: true, varargs: true },
    (required: unknown, ...parts: (CanonicalValue | undefined)[]) => compositeKey(parts, Number(required)),
  );
}
