import type { Label, Planted } from "../company/labels.js";

/** An issue as `cutover flags --warnings --json` tells it. */
export interface Found {
  readonly source: string;
  readonly entity: string;
  readonly key: string;
  readonly at: number;
  readonly code: string;
  readonly field: string | null;
  readonly note: string | null;
}

interface Alarm {
  readonly source: string;
  readonly entity: string;
  readonly key: string;
  readonly code: string;
  readonly field: string | null;
  readonly note: string | null;
}

/** How what was planted compares with what was found. */
export interface Comparison {
  /** Kinds of defects that were planted. */
  readonly kinds: number;
  /** Defects that were planted. */
  readonly records: number;
  readonly caught: number;
  readonly missed: number;
  readonly falseAlarms: number;
  readonly misses: readonly Label[];
  readonly alarms: readonly Alarm[];
}

/** A record by its key; one without a readable key by its place, after the header's line. */
const nameOf = (p: Planted): string =>
  p.key === null ? `${p.source} ${p.entity} @${p.record + 1}` : `${p.source} ${p.entity} ${p.key}`;

const nameOfFound = (f: Found): string =>
  f.key.startsWith("@") ? `${f.source} ${f.entity} @${f.at}` : `${f.source} ${f.entity} ${f.key}`;

/**
 * Compares the labels with the issues, and with the records that ended as the same as another. Issues
 * with the code `dependent` are left out: they follow from another record's flag.
 */
export function compareLabels(
  found: readonly Found[],
  repeated: readonly Found[],
  labels: readonly Label[],
): Comparison {
  const issues = found.filter((issue) => issue.code !== "dependent");
  const codes = new Map<string, Set<string>>();
  for (const issue of [...issues, ...repeated]) {
    const name = nameOfFound(issue);
    const known = codes.get(name);
    if (known === undefined) codes.set(name, new Set([issue.code]));
    else known.add(issue.code);
  }
  const isTold = (label: Label, record: Planted): boolean =>
    label.codes.some((code) => codes.get(nameOf(record))?.has(code) === true);
  const misses = labels.filter((label) =>
    label.need === "all"
      ? !label.records.every((record) => isTold(label, record))
      : !label.records.some((record) => isTold(label, record)),
  );
  const touched = new Set(labels.flatMap((label) => [...label.records, ...label.related].map(nameOf)));
  const alarms = issues.filter((issue) => !touched.has(nameOfFound(issue)));
  return {
    kinds: new Set(labels.map((label) => label.kind)).size,
    records: labels.length,
    caught: labels.length - misses.length,
    missed: misses.length,
    falseAlarms: alarms.length,
    misses,
    alarms: alarms.map(({ source, entity, key, code, field, note }) => ({
      source,
      entity,
      key,
      code,
      field,
      note,
    })),
  };
}
