import { CutoverError, type EntityName } from "@cutover/model";
import type { Ledger } from "./ledger.js";

export interface SideRow {
  readonly id: number;
  readonly name: string;
  readonly role: "source" | "target";
  readonly system: string;
}

export interface MappingRow {
  readonly id: number;
  readonly side: number;
  readonly name: string;
  readonly direction: "inbound" | "outbound";
  readonly entity: EntityName;
}

/** A side's id; a new one where the ledger does not know it yet. A name keeps its role and system for good. */
export function registerSide(ledger: Ledger, side: Omit<SideRow, "id">): number {
  return ledger.transaction(() => {
    const known = ledger.db
      .prepare("SELECT id, name, role, system FROM side WHERE name = ?")
      .get(side.name) as SideRow | undefined;
    if (known === undefined) {
      const made = ledger.db
        .prepare("INSERT INTO side (name, role, system) VALUES (?, ?, ?)")
        .run(side.name, side.role, side.system);
      return Number(made.lastInsertRowid);
    }
    if (known.role === side.role && known.system === side.system) return known.id;
    throw new CutoverError(
      "ledger-unusable",
      `the ledger knows "${side.name}" as ${known.role} of the system ${known.system}, not as ${side.role} of ${side.system}`,
      { remedy: "Give the new system a name of its own in migration.yaml, or start a new ledger." },
    );
  });
}

/** A mapping's id; a new one where the ledger does not know it yet. */
export function registerMapping(ledger: Ledger, mapping: Omit<MappingRow, "id">): number {
  return ledger.transaction(() => {
    const known = ledger.db
      .prepare("SELECT id FROM mapping WHERE side = ? AND direction = ? AND name = ?")
      .pluck()
      .get(mapping.side, mapping.direction, mapping.name) as number | undefined;
    if (known !== undefined) {
      ledger.db
        .prepare("UPDATE mapping SET entity = ? WHERE id = ? AND entity <> ?")
        .run(mapping.entity, known, mapping.entity);
      return known;
    }
    const made = ledger.db
      .prepare("INSERT INTO mapping (side, name, direction, entity) VALUES (?, ?, ?, ?)")
      .run(mapping.side, mapping.name, mapping.direction, mapping.entity);
    return Number(made.lastInsertRowid);
  });
}

/** The sides the ledger knows, in the order they came. */
export const sidesOf = (ledger: Ledger): readonly SideRow[] =>
  ledger.db.prepare("SELECT id, name, role, system FROM side ORDER BY id").all() as SideRow[];

/** The mappings the ledger knows, of one side or of all, in the order they came. */
export const mappingsOf = (ledger: Ledger, side?: number): readonly MappingRow[] =>
  ledger.db
    .prepare(
      "SELECT id, side, name, direction, entity FROM mapping WHERE side = coalesce(?, side) ORDER BY id",
    )
    .all(side ?? null) as MappingRow[];

/** The inbound mappings of all sources: those that records come from. */
export const sourceMappings = (ledger: Ledger): readonly MappingRow[] =>
  ledger.db
    .prepare(
      `SELECT m.id, m.side, m.name, m.direction, m.entity FROM mapping m JOIN side s ON s.id = m.side
       WHERE s.role = 'source' AND m.direction = 'inbound' ORDER BY m.id`,
    )
    .all() as MappingRow[];
