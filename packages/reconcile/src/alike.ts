import { leadsNowhere, type StagedField, type StagedRow, type Stored } from "@cutover/intake";
import type { OutboundMapping } from "@cutover/mapping";
import { entities, fieldNames, isStructured, type CanonicalValue, type EntityName } from "@cutover/model";
import { rememberedIds } from "./remembered-ids.js";

/** The values of records that were read, of each of their mapping's fields. */
export type ReadValues = readonly (readonly CanonicalValue[])[];

/** Marks those of staged records that are not what was read, or of which more is to be said than that they are. */
export type MarkOdd = (staged: readonly StagedRow[], read: ReadValues, odd: Uint8Array) => void;

/** A field that both sides have values of. */
interface BothWork {
  readonly place: number;
  readonly at: number;
  /** The canonical value of what is staged, undefined where more has to be known; null: it is kept as it is. */
  readonly value: ((stored: Exclude<Stored, null>) => CanonicalValue | undefined) | null;
  /** What a value will read back as. */
  readonly projected: (value: CanonicalValue) => CanonicalValue;
  /** Whether what is absent reads back absent. */
  readonly staysAbsent: boolean;
}

function bothColumn({ place, at, value, projected, staysAbsent }: BothWork): MarkOdd {
  if (value === null) {
    return (staged, read, odd) => {
      const column = read[at]!;
      for (let i = 0; i < odd.length; i += 1) {
        const is = column[i]!;
        if (staged[i]![place] !== is) odd[i] = 1;
        else if (is === null ? !staysAbsent : projected(is) !== is) odd[i] = 1;
      }
    };
  }
  return (staged, read, odd) => {
    const column = read[at]!;
    for (let i = 0; i < odd.length; i += 1) {
      const is = column[i]!;
      const stored = staged[i]![place] as Stored;
      if (stored === null ? is !== null || !staysAbsent : value(stored) !== is || projected(is) !== is)
        odd[i] = 1;
    }
  };
}

/** A field that one side alone has values of: these must be absent. */
const stagedColumn =
  (place: number): MarkOdd =>
  (staged, _read, odd) => {
    for (let i = 0; i < odd.length; i += 1) if (staged[i]![place] !== null) odd[i] = 1;
  };

const readColumn =
  (at: number): MarkOdd =>
  (_staged, read, odd) => {
    const column = read[at]!;
    for (let i = 0; i < odd.length; i += 1) if (column[i] !== null) odd[i] = 1;
  };

/** References that are remembered: people, courses and the like are referred to again and again. */
const mostLeads = 200_000;

function bothOf(
  entity: EntityName,
  { name, place, targetKey }: StagedField,
  at: number,
  projected: BothWork["projected"],
  staysAbsent: boolean,
): BothWork {
  const { kind } = entities[entity].fields[name]!;
  const both = { place, at, projected, staysAbsent };
  if (targetKey !== null) {
    // Of a reference that leads nowhere there may be more to say.
    const keyOf = (lead: number): string | undefined => {
      const key = lead === leadsNowhere ? null : targetKey(lead);
      return key !== null && projected(key) === key ? key : undefined;
    };
    const known = rememberedIds(keyOf, mostLeads);
    return { ...both, value: (lead) => known(lead as number), projected: asItIs };
  }
  if (kind === "boolean") return { ...both, value: (stored) => stored === 1 };
  return { ...both, value: isStructured(kind) ? () => undefined : null };
}

/**
 * Compares staged records with what was read back column by column, where the values of fields tell by
 * themselves what they read back as: what comes through as it was needs no more than that. Null where a
 * mapping asks for more.
 */
export function compareColumns(
  entity: EntityName,
  staged: readonly StagedField[],
  { byValue }: OutboundMapping,
  read: readonly string[],
): MarkOdd | null {
  const columns: MarkOdd[] = [];
  for (const name of fieldNames(entity)) {
    const field = staged.find((each) => each.name === name);
    const at = read.indexOf(name);
    const isOverwritten = byValue.ignored.has(name);
    // What is overwritten is as it was where it is the same, whatever is written.
    const projected = isOverwritten ? asItIs : byValue.fields.get(name);
    if (projected === undefined) return null;
    const staysAbsent = projected(null) === null;
    if (field === undefined || at < 0) {
      if (!staysAbsent) return null;
      if (field !== undefined) columns.push(stagedColumn(field.place));
      if (at >= 0) columns.push(readColumn(at));
    } else if (isOverwritten && field.targetKey !== null) return null;
    else columns.push(bothColumn(bothOf(entity, field, at, projected, staysAbsent)));
  }
  return (rows, values, odd) => {
    for (const mark of columns) mark(rows, values, odd);
  };
}

const asItIs = (value: CanonicalValue): CanonicalValue => value;
