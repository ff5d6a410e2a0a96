import type { EntityName } from "@cutover/model";
import type { Company, Tables } from "../company.js";
import type { Door, Label, Planted } from "../labels.js";
import type { Person } from "../people.js";
import type { Random } from "../random.js";
import type { Row, Table } from "../table.js";

/** A record while the tables are still growing: its place is told at the end. */
export interface Spot {
  readonly entity: EntityName;
  readonly table: Table;
  readonly row: Row;
  /** The row was damaged: no key can be read. */
  readonly unreadable: boolean;
}

const keys: Readonly<Record<string, readonly string[]>> = {
  "organizations.csv": ["ou_id"],
  "users.csv": ["user_id"],
  "training.csv": ["lo_object_id"],
  "transcript.csv": ["transc_user_id", "transc_object_id", "reg_num"],
  "certifications.csv": ["cert_id"],
  "certification_awards.csv": ["award_id"],
  "departments.csv": ["department_code"],
  "employees.csv": ["employee_number"],
};

/** As mappings join composite keys: `|` and `\` in a part are escaped. */
function keyOf(table: Table, row: Row): string | null {
  const parts = keys[table.file]!.map((column) => row[column] ?? "");
  if (parts.includes("")) return null;
  return parts.length === 1 ? parts[0]! : parts.map((part) => part.replaceAll(/[|\\]/g, "\\$&")).join("|");
}

interface Draft {
  readonly kind: string;
  readonly about: string;
  readonly codes: readonly string[];
  readonly records: readonly Spot[];
  readonly related?: readonly Spot[];
  readonly need?: "all" | "any";
  readonly door?: Door;
}

/** Plants defects in a company and keeps book of them. */
export class Planter {
  readonly company: Company;
  readonly tables: Tables;
  readonly random: Random;
  /** Ids of people and trainings that carry a defect already. */
  readonly #used = new Set<string>();
  readonly #usedRows = new Set<Row>();
  readonly #drafts: Draft[] = [];
  #serial = 0;

  constructor(company: Company) {
    this.company = company;
    this.tables = company.tables;
    this.random = company.random;
  }

  /** Plants a kind as often as the company's size asks for. */
  times(plant: () => void): void {
    for (let i = 0; i < this.company.size.defects; i++) plant();
  }

  serial(): number {
    return ++this.#serial;
  }

  use(id: string): void {
    this.#used.add(id);
  }

  isUsed(id: string): boolean {
    return this.#used.has(id);
  }

  /** A person who leads nobody and has no defect yet; whom HR knows, where that is asked. */
  person(fits: (person: Person) => boolean = () => true): Person {
    for (let i = 0; i < 10_000; i++) {
      const person = this.random.pick(this.company.people);
      if (person.manages > 0 || person.left !== null || this.#used.has(person.id) || !fits(person)) continue;
      this.#used.add(person.id);
      return person;
    }
    throw new Error("the company is too small for so many defects");
  }

  /** A row no defect was planted in yet. */
  row(table: Table, fits: (row: Row) => boolean): Row {
    for (let i = 0; i < 100_000; i++) {
      const row = this.random.pick(table.rows);
      if (this.#usedRows.has(row) || !fits(row)) continue;
      this.#usedRows.add(row);
      return row;
    }
    throw new Error(`no row of ${table.file} fits`);
  }

  /** Puts a row in at a random place. */
  insert(table: Table, row: Row): Row {
    table.rows.splice(this.random.int(0, table.rows.length), 0, row);
    this.#usedRows.add(row);
    return row;
  }

  damage(table: Table, row: Row, how: (line: string) => Buffer): void {
    table.damaged.set(row, how);
  }

  spot(entity: EntityName, table: Table, row: Row, unreadable = false): Spot {
    return { entity, table, row, unreadable };
  }

  /** The person's line in HR's feed; none where HR has forgotten them. */
  employee({ employeeId }: Person): Spot[] {
    const { employees } = this.tables;
    return employees.rows
      .filter((row) => row["employee_number"] === employeeId)
      .map((row) => this.spot("user", employees, row));
  }

  label(draft: Draft): void {
    this.#drafts.push(draft);
  }

  /** The labels, now that every row has its place. */
  finish(): Label[] {
    const places = new Map<Table, Map<Row, number>>();
    const placeOf = (table: Table, row: Row): number => {
      let numbers = places.get(table);
      if (numbers === undefined) {
        numbers = new Map(table.rows.map((r, i) => [r, i + 1]));
        places.set(table, numbers);
      }
      return numbers.get(row)!;
    };
    const planted = ({ entity, table, row, unreadable }: Spot): Planted => ({
      source: table.file === "employees.csv" || table.file === "departments.csv" ? "hr" : "cornerstone",
      entity,
      key: unreadable ? null : keyOf(table, row),
      file: table.file,
      record: placeOf(table, row),
    });
    return this.#drafts.map(
      ({ kind, about, codes, records, related = [], need = "all", door = "check" }) => ({
        kind,
        about,
        door,
        codes,
        need,
        records: records.map(planted),
        related: related.map(planted),
      }),
    );
  }
}
