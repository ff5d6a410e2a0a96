import { sameValue, type CanonicalValue, type Kind } from "@cutover/model";

type Plain = Readonly<Record<string, unknown>>;

const textKinds: ReadonlySet<Kind> = new Set([
  "text",
  "one of",
  "decimal",
  "date",
  "instant",
  "moment",
  "duration",
  "ref",
]);

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** A value of an example in the form its canonical field has: `score: 87.5` means the decimal "87.5". */
export function canonicalOf(kind: Kind | undefined, value: unknown): CanonicalValue {
  if (value === null || value === undefined) return null;
  if (kind !== undefined && textKinds.has(kind)) return textOf(value);
  if ((kind === "list" || kind === "refs") && Array.isArray(value)) return value.map(textOf);
  if (kind === "credits" && Array.isArray(value)) {
    return value.map((item: Plain) => ({
      amount: textOf(item["amount"]),
      unit: textOf(item["unit"]),
      provider: (item["provider"] ?? null) === null ? null : textOf(item["provider"]),
    }));
  }
  if (kind === "map" && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, textOf(item)]));
  }
  return value as CanonicalValue;
}

/** Whether a cell holds what was expected: `57` and "57" are the same there. */
export const sameCell = (
  expected: unknown,
  found: string | number | bigint | boolean | Uint8Array | null,
): boolean =>
  (expected ?? null) === null || found === null
    ? (expected ?? null) === found
    : textOf(expected) === (found instanceof Uint8Array ? new TextDecoder().decode(found) : String(found));

export const shown = (value: unknown): string =>
  value === undefined || value === null
    ? "nothing"
    : typeof value === "bigint"
      ? value.toString()
      : JSON.stringify(value);

/** How a record differs from what an example expects of it, a sentence a field. */
export function recordDifferences(
  expect: Plain,
  record: Readonly<Record<string, CanonicalValue>>,
  kindOf: (field: string) => Kind | undefined,
): readonly string[] {
  return Object.entries(expect).flatMap(([field, value]) => {
    const wanted = canonicalOf(kindOf(field), value);
    const found = record[field] ?? null;
    return sameValue(wanted, found) ? [] : [`\`${field}\` is ${shown(found)}, not ${shown(wanted)}`];
  });
}

/** How issues differ from the codes an example expects; flags nobody expected count, warnings do not. */
export function issueDifferences(
  expect: readonly string[] | null,
  found: readonly {
    readonly code: string;
    readonly severity: string;
    readonly field: string | null;
    readonly note: string | null;
  }[],
): readonly string[] {
  const wanted = expect ?? [];
  return [
    ...wanted
      .filter((code) => !found.some((issue) => issue.code === code))
      .map((code) => `the issue \`${code}\` was not found`),
    ...found
      .filter((issue) => issue.severity === "flag" && !wanted.includes(issue.code))
      .map(({ code, field, note }) => {
        const where = field === null ? "" : ` for \`${field}\``;
        return `the issue \`${code}\` was found${where}${note === null ? "" : `: ${note}`}`;
      }),
  ];
}
