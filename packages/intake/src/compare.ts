import {
  fieldNames,
  sameValue,
  type CanonicalRecord,
  type CanonicalValue,
  type EntityName,
} from "@cutover/model";
import type { Projection } from "@cutover/mapping";

/** A field that did not come through as it was: law 2 wants a rule that explains it. */
export interface FieldComparison {
  readonly field: string;
  readonly verdict: "explained" | "different";
  /** The step or declaration that explains it; null where nothing does. */
  readonly rule: string | null;
  readonly source: CanonicalValue;
  readonly projected: CanonicalValue;
  readonly target: CanonicalValue;
}

export interface Comparison {
  readonly verdict: "equal" | "explained" | "different";
  /** Fields that are not equal, in declared order. */
  readonly fields: readonly FieldComparison[];
}

export interface Compared {
  readonly source: CanonicalRecord;
  readonly projection: Projection;
  readonly target: CanonicalRecord;
  /** What an existing record keeps when it is updated, with the state it had before the load. */
  readonly kept?: { readonly fields: ReadonlySet<string>; readonly before: CanonicalRecord } | undefined;
}

export const keptRule = "The target had the record already, and keeps its own value (`keepOnUpdate`).";

const furtherRule =
  "The target had the record already, and keeps further entries that the source says nothing of.";

type Entries = Readonly<Record<string, unknown>>;

const entriesOf = (value: CanonicalValue): Entries =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Entries) : {};

/**
 * Whether a map differs only by entries that the target had before and nothing is said of: what is written
 * to it is written entry by entry, and never takes others away.
 */
function hasOnlyFurther(projected: CanonicalValue, target: CanonicalValue, before: CanonicalValue): boolean {
  const [wanted, is, was] = [entriesOf(projected), entriesOf(target), entriesOf(before)];
  return (
    Object.keys(was).length > 0 &&
    Object.keys(wanted).every((name) => is[name] === wanted[name]) &&
    Object.keys({ ...was, ...is }).every((name) => Object.hasOwn(wanted, name) || is[name] === was[name])
  );
}

const equal: Comparison = { verdict: "equal", fields: [] };

function compareField(field: string, of: Compared): Omit<FieldComparison, "field"> | null {
  const { projection, kept } = of;
  const source = of.source[field] ?? null;
  const target = of.target[field] ?? null;
  if (kept?.fields.has(field) === true) {
    const projected = kept.before[field] ?? null;
    if (!sameValue(projected, target)) return { verdict: "different", rule: null, source, projected, target };
    // What the projection would have written anyway is told by its rules, as when it was written.
    if (!projection.ignored.has(field) && !sameValue(projected, projection.record[field] ?? null)) {
      return { verdict: "explained", rule: keptRule, source, projected, target };
    }
  }
  const projected = projection.record[field] ?? null;
  const overwritten = projection.ignored.get(field);
  if (overwritten !== undefined) {
    return sameValue(source, target)
      ? null
      : { verdict: "explained", rule: overwritten, source, projected, target };
  }
  if (!sameValue(projected, target)) {
    return kept !== undefined && hasOnlyFurther(projected, target, kept.before[field] ?? null)
      ? { verdict: "explained", rule: furtherRule, source, projected, target }
      : { verdict: "different", rule: null, source, projected, target };
  }
  const rule = projection.explained.get(field);
  return rule === undefined || sameValue(source, projected)
    ? null
    : { verdict: "explained", rule, source, projected, target };
}

/**
 * Compares what should be in the target with what is there, field by field. In the plan it tells
 * whether a record has to be written, in reconciliation whether it came through.
 */
export function compare(entity: EntityName, of: Compared): Comparison {
  const { projection, target, kept } = of;
  const { record, explained, ignored } = projection;
  const isPlain = kept === undefined && ignored.size === 0;
  const needsNoRule = explained.size === 0;
  let fields: FieldComparison[] | null = null;
  let different = false;
  for (const field of fieldNames(entity)) {
    // Most fields came through as they were, and need no rule that says why not.
    if (isPlain && record[field] === target[field] && (needsNoRule || !explained.has(field))) continue;
    const found = compareField(field, of);
    if (found === null) continue;
    (fields ??= []).push({ field, ...found });
    different ||= found.verdict === "different";
  }
  return fields === null ? equal : { verdict: different ? "different" : "explained", fields };
}
