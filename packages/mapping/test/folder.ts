import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Problem } from "@cutover/model";
import { afterAll } from "vitest";
import { loadSystem, type LoadedSystem } from "../src/index.js";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

export type Files = Readonly<Record<string, string>>;

/** Writes files into a new folder `name` of a folder of its own, and gives its path. */
export function folderOf(files: Files, name = "acme"): string {
  const root = mkdtempSync(join(tmpdir(), "cutover-mapping-"));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    const file = join(root, name, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return join(root, name);
}

/** A small but whole system: one extract, one table, both halves of a user's mapping. */
export const acme: Files = {
  "system.yaml": `system: acme
title: Acme LMS 3
medium: sql
parameters:
  prefix: { default: a_, pattern: "[a-z_]*", because: Table prefix }
  zone: { default: Europe/Berlin, because: The site's zone }
extracts:
  people:
    sql: SELECT id, login, mail, state, made, phone FROM {prefix}person ORDER BY id
    key: [id]
    columns: { id: integer, login: text, mail: text, state: text, made: text, phone: text }
    ignore: { phone: Nobody needs it. }
tables:
  person:
    table: "{prefix}person"
    id: id
    columns:
      id: bigint
      login: varchar(20)
      mail: varchar(100) null
      state: varchar(10) default 'on'
      made: bigint default 0
references:
  states:
    sql: SELECT code FROM {prefix}state
    columns: { code: text }
    examples: [{ code: "on" }]
before:
  - name: mail-off
    because: A load would mail everyone.
    manual: Switch the mail off.
totals:
  user: { sql: "SELECT COUNT(*) AS count FROM {prefix}person" }
`,
  "inbound/users.yaml": `mapping: acme/users
from: people
to: user
key: [id]
exclude:
  - rule: guest
    when: login == "guest"
    because: The guest is no person.
fields:
  username: { from: login, case: lower }
  email: mail
  status:
    from: state
    map: { on: active, off: suspended }
  createdAt: { from: made, date: yyyy-MM-dd HH:mm, zone: Europe/Berlin }
checks:
  - name: active-has-mail
    that: status != "active" || email != null
    because: An active person can be written to.
    else: warning
examples:
  - name: an active person
    given: { id: 7, login: Anna, mail: anna@example.com, state: "on", made: 2024-06-01 12:00 }
    expect: { username: anna, status: active, createdAt: 2024-06-01T10:00:00Z }
    key: "7"
  - name: the guest
    given: { login: guest }
    excluded: guest
`,
  "outbound/users.yaml": `mapping: acme/users
from: user
key: "{person.id}"
exclude:
  - rule: deleted
    when: status == "deleted"
    because: The target keeps no deleted people.
writes:
  - to: person
    find: [login]
    set:
      login: { from: username, truncate: 20 }
      mail: email
      state: { from: status, map: { active: "on", suspended: "off" } }
      made: { from: createdAt, epoch: seconds, default: 0 }
    onlyNew: [made]
noSlot:
  employeeId: No place.
  givenName: No place.
  middleName: No place.
  familyName: No place.
  displayName: No place.
  locale: No place.
  timeZone: No place.
  country: No place.
  city: No place.
  phone: No place.
  jobTitle: No place.
  department: No place.
  organization: No place.
  manager: No place.
  hireDate: No place.
  leaveDate: No place.
  lastAccessAt: No place.
  authentication: No place.
  passwordHash: No place.
  custom: No place.
examples:
  - name: an active person
    given: { username: anna, email: anna@example.com, status: active, createdAt: 2024-06-01T10:00:00Z }
    expect: { person: { login: anna, state: "on", made: 1717236000 } }
    projected: { username: anna, givenName: null }
  - name: a deleted person
    given: { username: bob, status: deleted }
    excluded: deleted
`,
};

/** The small system with parts of its files replaced; a part that is not there is a fault of the test. */
export function changed(
  edits: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>>,
): Files {
  const files: Record<string, string> = { ...acme };
  for (const [file, list] of Object.entries(edits)) {
    for (const [from, to] of list) {
      const text = files[file] ?? "";
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      files[file] = text.replace(from, () => to);
    }
  }
  return files;
}

/** Problems as `file:line:column message (remedy)`, files relative to the folder. */
export function told(folder: string, problems: readonly Problem[]): readonly string[] {
  return problems.map(({ message, at, remedy }) => {
    const file = at?.file.startsWith(folder) === true ? at.file.slice(folder.length + 1) : (at?.file ?? "");
    const place = [file, at?.line, at?.column].filter((part) => part !== undefined).join(":");
    return `${place} ${message}${remedy === undefined ? "" : ` (${remedy})`}`;
  });
}

/** What is wrong with a folder of these files. */
export function problemsOf(files: Files): readonly string[] {
  const folder = folderOf(files);
  return told(folder, loadSystem({ folder }).problems);
}

/** The system of these files, which have to be good. */
export function systemOf(
  files: Files,
  options: {
    readonly overrides?: string;
    readonly parameters?: Record<string, string | number | boolean>;
  } = {},
): LoadedSystem {
  const folder = folderOf(files);
  const { system, problems } = loadSystem({ folder, ...options });
  if (system === null) throw new Error(told(folder, problems).join("\n"));
  return system;
}
