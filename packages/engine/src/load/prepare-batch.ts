import type { OutgoingRecord } from "@cutover/intake";
import type { FoundIssue, OutRow } from "@cutover/mapping";
import { hasKeys, type Loader, type TableSpec, type WriteBatch } from "@cutover/model";
import type { Outbound } from "../target.js";
import type { Attempt } from "./attempt.js";
import { untilKnown, type Computed, type Draft } from "./compute-rows.js";
import { findRows, keyText, naturalKey, type Key, type TargetRow } from "./lookup.js";
import { RowChanges, type WrittenRows } from "./row-changes.js";
import type { TargetMemory } from "./target-memory.js";

export interface PreparedRecord {
  readonly id: number;
  /** What the target calls it once the batch is applied. */
  readonly targetKey: string;
  readonly isNew: boolean;
  readonly issues: readonly FoundIssue[];
  readonly deferred: readonly string[];
}

/** A record that cannot be written as things are. */
export interface Refused {
  readonly id: number;
  readonly issues: readonly FoundIssue[];
}

export interface Prepared {
  readonly attempt: Attempt;
  readonly batch: WriteBatch;
  readonly written: readonly WrittenRows[];
  readonly records: readonly PreparedRecord[];
  readonly refused: readonly Refused[];
}

const flag = (code: FoundIssue["code"], note: string): readonly FoundIssue[] => [
  { code, severity: "flag", field: null, note },
];

const hasFlag = (issues: readonly FoundIssue[]): boolean => issues.some((i) => i.severity === "flag");

/** What is asked of the target about a row before it is written, and how. */
function question(row: OutRow, isNew: boolean): Key | null {
  if (row.role === "shared") return null;
  if (row.role === "primary" && !isNew && row.table.id !== undefined && row.id !== null) {
    return { [row.table.id]: row.id };
  }
  return naturalKey(row);
}

/** Rows of one table that are asked for by the same columns. */
interface Group {
  readonly table: TableSpec;
  readonly by: readonly string[];
  readonly keys: Key[];
  readonly columns: Set<string>;
  found: ReadonlyMap<string, TargetRow>;
}

/** The target's rows that a batch's rows meet, asked for table by table. */
class Met {
  readonly #asked = new Map<OutRow, { readonly group: Group; readonly text: string }>();
  readonly #groups = new Map<TableSpec, Group[]>();

  async look(loader: Loader, computed: readonly Computed[]): Promise<void> {
    for (const { record, rows } of computed) {
      for (const row of rows.rows) {
        const key = question(row, record.targetKey === null);
        if (key === null) continue;
        const group = this.#group(row.table, key);
        group.keys.push(key);
        for (const column in row.values) group.columns.add(column);
        this.#asked.set(row, { group, text: keyText(row.table, group.by, key) });
      }
    }
    for (const group of [...this.#groups.values()].flat()) {
      const { table, by, keys, columns } = group;
      group.found = await findRows(loader, table, by, keys, [...columns]);
    }
  }

  #group(table: TableSpec, key: Key): Group {
    let groups = this.#groups.get(table);
    if (groups === undefined) this.#groups.set(table, (groups = []));
    const known = groups.find(({ by }) => hasKeys(key, by));
    if (known !== undefined) return known;
    const columns = new Set(table.id === undefined ? [] : [table.id]);
    const group = { table, by: Object.keys(key), keys: [], columns, found: new Map() };
    groups.push(group);
    return group;
  }

  row(row: OutRow): TargetRow | null {
    const asked = this.#asked.get(row);
    return asked?.group.found.get(asked.text) ?? null;
  }
}

/** What speaks against writing a record, or null. */
function objection({ record, rows }: Computed, met: Met, changes: RowChanges): readonly FoundIssue[] | null {
  if (hasFlag(rows.issues)) return rows.issues;
  const isNew = record.targetKey === null;
  const primary = rows.rows.find((row) => row.role === "primary");
  if (primary === undefined) return null;
  const found = met.row(primary);
  if (!isNew) return found === null ? flag("changed-since-plan", "the target no longer has it") : null;
  const find = naturalKey(primary);
  const columns = (): string => Object.keys(find ?? {}).join(" + ");
  if (found !== null) return flag("conflicting-match", `the target has another with the same ${columns()}`);
  if (find !== null && changes.pending(primary.table, find)) {
    return flag("duplicate-value", `another record gets the same ${columns()} in the target`);
  }
  return null;
}

function gather({ record, rows }: Computed, met: Met, changes: RowChanges, attempt: Attempt): void {
  const isNew = record.targetKey === null;
  for (const row of rows.rows) {
    if (row.role === "shared") {
      if (!row.exists) changes.insert(record.id, row, row.id);
      continue;
    }
    const current = row.role === "primary" && isNew ? null : met.row(row);
    if (current !== null) changes.update(record.id, row, current);
    else
      changes.insert(
        record.id,
        row,
        row.id ?? (row.table.id === undefined ? null : attempt.nextId(row.table)),
      );
  }
}

/**
 * Turns records of one outbound mapping into one batch: computes their rows, looks what the target has
 * of them, and keeps what differs. Records that cannot be written are left out, and the rest is computed
 * anew, for a row that several share must not be lost with one of them.
 */
export async function prepareBatch(
  loader: Loader,
  memory: TargetMemory,
  outbound: Outbound,
  records: readonly OutgoingRecord[],
  begun: Draft | null = null,
): Promise<Prepared> {
  const refused: Refused[] = [];
  let [left, draft] = [records, begun];
  for (;;) {
    const { attempt, computed, changes, objections } = await untilKnown(
      loader,
      memory,
      outbound,
      left,
      draft,
      async (known) => {
        const met = new Met();
        await met.look(loader, known.computed);
        const changing = new RowChanges();
        const against = new Map<number, readonly FoundIssue[]>();
        for (const one of known.computed) {
          const issues = objection(one, met, changing);
          if (issues === null) gather(one, met, changing, known.attempt);
          else against.set(one.record.id, issues);
        }
        return { ...known, changes: changing, objections: against };
      },
    );
    if (objections.size === 0) {
      const { tables } = outbound.mapping;
      return {
        attempt,
        batch: { inserts: changes.inserts(tables), updates: changes.updates(), deletes: [] },
        written: changes.written(tables),
        records: computed.map(({ record, rows }) => ({
          id: record.id,
          targetKey: rows.targetKey,
          isNew: record.targetKey === null,
          issues: rows.issues,
          deferred: rows.deferred,
        })),
        refused,
      };
    }
    attempt.giveUp();
    for (const [id, issues] of objections) refused.push({ id, issues });
    left = left.filter((record) => !objections.has(record.id));
    draft = null;
  }
}
