import type { OutRow } from "@cutover/mapping";
import { hasKeys, type Loader, type TableSpec, type WriteBatch } from "@cutover/model";
import type { Computed } from "./computed.js";
import { findRows, keyText, naturalKey, type Key, type TargetRow } from "./lookup.js";

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
export class Met {
  readonly #asked = new Map<OutRow, { readonly group: Group; readonly text: string }>();
  readonly #groups = new Map<TableSpec, Group[]>();

  constructor(computed: readonly Computed[]) {
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
  }

  /** Asks the target. */
  async look(loader: Loader): Promise<this> {
    for (const group of this.#allGroups()) {
      const { table, by, keys, columns } = group;
      group.found = await findRows(loader, table, by, keys, [...columns]);
    }
    return this;
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

  /** Whether a batch on its way has to do with what is going to be asked: then the answer would not hold. */
  isTouchedBy({ inserts, updates, deletes }: WriteBatch): boolean {
    return this.#allGroups().some(({ table, by, keys }) => {
      if ([...updates, ...deletes].some((change) => change.table.table === table.table)) return true;
      const made = inserts.filter((insert) => insert.table.table === table.table);
      if (made.length === 0) return false;
      const asked = new Set(keys.map((key) => keyText(table, by, key)));
      return made.some(({ columns, rows }) => {
        const places = by.map((name) => columns.indexOf(name));
        return rows.some((row) => {
          const key = Object.fromEntries(by.map((name, i) => [name, row[places[i]!] ?? null]));
          return places.includes(-1) || asked.has(keyText(table, by, key));
        });
      });
    });
  }

  #allGroups(): readonly Group[] {
    return [...this.#groups.values()].flat();
  }

  row(row: OutRow): TargetRow | null {
    const asked = this.#asked.get(row);
    return asked?.group.found.get(asked.text) ?? null;
  }
}
