import { filledFields, type Ledger } from "@cutover/ledger";
import { entities, type Disposition, type EntityName } from "@cutover/model";
import { leadFinder } from "./leads.js";

/** A value as the ledger keeps it: text, number, or JSON text. */
export type Stored = string | number | null;

/** A staged record as the ledger keeps it: what comes first, then its filled fields. */
export type StagedRow = readonly [
  id: number,
  targetKey: string | null,
  /** The outbound mapping that took it. */
  outbound: number | null,
  /** Whether a load brought about what it is in the target: 1 or 0. */
  isWritten: 0 | 1,
  ...fields: Stored[],
];

/** Where a filled field is in such rows. Of a reference the record stands there that it leads to. */
export interface StagedField {
  readonly name: string;
  readonly place: number;
  /** Gives what the target calls the record that a reference leads to; null where the field is none. */
  readonly targetKey: ((record: number) => string | null) | null;
}

/** Stands for a reference that leads to no record. */
export const leadsNowhere = -1;

export interface StagedPages {
  readonly fields: readonly StagedField[];
  /** Reads records from those after an id, up to another where it is given. */
  read(after: number, upto: number | null, most: number): readonly StagedRow[];
}

/**
 * Reads staged records of an entity in the order of their ids, as they lie in the ledger: no more of each than
 * is needed to compare it, and nothing is made of it.
 */
export function stagedPages(
  ledger: Ledger,
  entity: EntityName,
  dispositions: readonly Disposition[],
): StagedPages {
  const first = 4;
  const declared = entities[entity].fields;
  const follow = leadFinder(ledger, entity);
  const fields = filledFields(ledger, entity).map((name, i): StagedField => {
    const { kind, entity: to } = declared[name]!;
    const targetKey = kind === "ref" ? (record: number) => follow(to!, record)?.targetKey ?? null : null;
    return { name, place: first + i, targetKey };
  });
  const columns = fields.map(({ name, targetKey }) =>
    targetKey === null
      ? `e."${name}"`
      : `coalesce(e."${name}Id", CASE WHEN e."${name}" IS NOT NULL THEN ${leadsNowhere} END)`,
  );
  const page = ledger.db
    .prepare(
      `SELECT e.id, r.targetKey, r.outbound, r.disposition <> 'unchanged' AND r.applied IS NOT NULL
         ${columns.map((column) => `, ${column}`).join("")}
       FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
       WHERE e.id > ? AND e.id <= ? AND r.gone IS NULL
         AND r.disposition IN (${dispositions.map((name) => `'${name}'`).join(", ")})
       ORDER BY e.id LIMIT ?`,
    )
    .raw();
  return {
    fields,
    read: (after, upto, most) =>
      page.all(after, upto ?? Number.MAX_SAFE_INTEGER, most) as unknown as readonly StagedRow[],
  };
}
