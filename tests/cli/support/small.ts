import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Sqlite from "better-sqlite3";
import { entities, type EntityName } from "@cutover/model";
import { connect } from "@cutover/sql";

/** A migration of teams and people from CSV files into a directory of two tables: quick to load, easy to see through. */
export interface Small {
  readonly folder: string;
  file(name: string, text: string): string;
  /** All rows of a table of the target. */
  rows(table: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Rows of the ledger. */
  ledger(sql: string): readonly Readonly<Record<string, unknown>>[];
  remove(): void;
}

export interface SmallOptions {
  readonly people?: number;
  /** Where the target is, as migration.yaml says it; by default an SQLite file. */
  readonly connection?: string;
  /** The same as a URL, to look into it. */
  readonly url?: string;
}

const others = (entity: EntityName, but: readonly string[]): string =>
  Object.keys(entities[entity].fields)
    .filter((field) => !but.includes(field))
    .map((field) => `  ${field}: The directory has no place for it.`)
    .join("\n");

export const roster: Readonly<Record<string, string>> = {
  "system.yaml": `system: roster
title: The roster
medium: csv
extracts:
  teams:
    file: teams.csv
    key: [team]
    columns: { team: text, title: text, above: text }
  people:
    file: people.csv
    key: [person]
    columns: { person: text, login: text, mail: text, last: text, team: text, secret: text }
`,
  "inbound/teams.yaml": `mapping: roster/teams
from: teams
to: organization
key: team
fields:
  code: team
  name: title
  parent: { from: above, ref: organization }
examples:
  - name: a team below another
    given: { team: T1, title: Sales, above: T0 }
    expect: { name: Sales, parent: T0 }
`,
  "inbound/people.yaml": `mapping: roster/people
from: people
to: user
key: person
fields:
  username: login
  email: { from: mail, email: true }
  familyName: last
  status: { value: active }
  organization: { from: team, ref: organization }
  passwordHash: secret
examples:
  - name: somebody
    given: { person: P1, login: ann, mail: ann@example.org, last: Ann, team: T1 }
    expect: { username: ann, status: active }
`,
};

export const directory: Readonly<Record<string, string>> = {
  "system.yaml": `system: directory
title: The directory
medium: sql
extracts:
  teams:
    sql: SELECT id, code, name, parent FROM team ORDER BY id
    key: [id]
    columns: { id: integer, code: text, name: text, parent: integer }
  people:
    sql: SELECT id, login, mail, name, team, pass FROM person ORDER BY id
    key: [id]
    columns: { id: integer, login: text, mail: text, name: text, team: integer, pass: text }
tables:
  team:
    table: team
    id: id
    columns: { id: bigint, code: varchar(50) null, name: varchar(100), parent: bigint null }
    dependents: [person.team, team.parent]
  person:
    table: person
    id: id
    columns:
      id: bigint
      login: varchar(100)
      mail: varchar(255) null
      name: varchar(100) null
      team: bigint null
      pass: varchar(255) null
`,
  "inbound/teams.yaml": `mapping: directory/teams
from: teams
to: organization
key: id
fields:
  code: code
  name: name
  parent: { from: parent, ref: organization }
`,
  "inbound/people.yaml": `mapping: directory/people
from: people
to: user
key: id
fields:
  username: login
  email: mail
  familyName: name
  status: { value: active }
  organization: { from: team, ref: organization }
  passwordHash: pass
`,
  "outbound/teams.yaml": `mapping: directory/teams
from: organization
key: '{team.id}'
writes:
  - to: team
    find: [code]
    set:
      code: code
      name: { from: name, truncate: 100 }
      parent: { from: parent, ref: organization, later: true }
noSlot:
${others("organization", ["code", "name", "parent"])}
examples:
  - name: a team below another
    given: { code: T1, name: Sales, parent: '1' }
    expect: { team: { code: T1, name: Sales } }
`,
  "outbound/people.yaml": `mapping: directory/people
from: user
key: '{person.id}'
writes:
  - to: person
    find: [login]
    set:
      login: username
      mail: email
      name: { from: familyName, truncate: 100 }
      team: { from: organization, ref: organization }
      pass: passwordHash
projection:
  status: { value: active, because: Everybody in the directory can log in. }
noSlot:
${others("user", ["username", "email", "familyName", "status", "organization", "passwordHash"])}
examples:
  - name: somebody in a team
    given: { username: ann, email: ann@example.org, familyName: Ann, status: active, organization: '7', passwordHash: $6$abc }
    expect: { person: { login: ann, team: 7 } }
`,
};

export const migrationYaml = (connection: string): string => `migration: small
sources:
  roster:
    system: roster
    connection: { folder: exports }
target:
  system: directory
  connection: ${connection}
`;

/** The target's tables, on any engine. */
export const tables = (id: string): readonly string[] => [
  `CREATE TABLE team (id ${id}, code VARCHAR(50), name VARCHAR(100) NOT NULL, parent BIGINT)`,
  `CREATE TABLE person (id ${id}, login VARCHAR(100) NOT NULL, mail VARCHAR(255), name VARCHAR(100), team BIGINT, pass VARCHAR(255))`,
];

export const hash = "$6$rounds=5000$topsecret";

export const exports = (people: number): Readonly<Record<string, string>> => ({
  "teams.csv": "team,title,above\nT0,Everybody,\nT1,Sales,T0\nT2,Human Resources,T0\nT3,Sales North,T1\n",
  "people.csv": `person,login,mail,last,team,secret\n${Array.from(
    { length: people },
    (_, i) => `P${i},login${i},p${i}@example.org,Name ${i},T${i % 4},${hash}${i}\n`,
  ).join("")}`,
});

export function makeSmall({ people = 40, connection, url }: SmallOptions = {}): Small {
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-cli-"));
  const file = (name: string, text: string): string => {
    const full = path.join(folder, name);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
    return full;
  };
  for (const [name, text] of Object.entries(roster)) file(`mappings/roster/${name}`, text);
  for (const [name, text] of Object.entries(directory)) file(`mappings/directory/${name}`, text);
  for (const [name, text] of Object.entries(exports(people))) file(`exports/${name}`, text);
  file("migration.yaml", migrationYaml(connection ?? `{ url: "sqlite:target.db" }`));
  const database = path.join(folder, "target.db");
  if (connection === undefined) {
    const db = new Sqlite(database);
    db.pragma("journal_mode = WAL");
    for (const statement of tables("INTEGER PRIMARY KEY AUTOINCREMENT")) db.exec(statement);
    db.close();
  }
  return {
    folder,
    file,
    async rows(table) {
      const session = await connect(url ?? `sqlite:${database}`, { folder, role: "source" }).session();
      try {
        return await session.query(`SELECT * FROM ${table} ORDER BY id`);
      } finally {
        await session.close();
      }
    },
    ledger(sql) {
      const db = new Sqlite(path.join(folder, ".cutover", "ledger.db"), { readonly: true });
      try {
        return db.prepare(sql).all() as Record<string, unknown>[];
      } finally {
        db.close();
      }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
