import { expect, test } from "vitest";
import { createTableStatements, freshStatements } from "../src/index.js";
import { acme, changed, problemsOf, systemOf } from "./folder.js";

test("declared tables become tables of a scratch database", () => {
  expect(createTableStatements(systemOf(acme), "sqlite")).toEqual([
    `CREATE TABLE "a_person" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT,
  "login" TEXT NOT NULL,
  "mail" TEXT,
  "state" TEXT NOT NULL DEFAULT 'on',
  "made" INTEGER NOT NULL DEFAULT 0
)`,
  ]);
});

test.each([
  ["decimal(10,5) null", { type: "decimal", nullable: true, hasDefault: false }, "NUMERIC"],
  [
    "tinyint(1) default 1",
    { type: "integer", nullable: false, hasDefault: true },
    "INTEGER NOT NULL DEFAULT 1",
  ],
  [
    "varchar(40) null default 'it''s'",
    { type: "text", nullable: true, maxLength: 40 },
    "TEXT DEFAULT 'it''s'",
  ],
  ["double precision null", { type: "float", nullable: true }, "REAL"],
  ["timestamp default current_timestamp", { type: "time", nullable: false, hasDefault: true }, "TEXT"],
  ["longblob not null default ''", { type: "bytes", nullable: false }, "BLOB NOT NULL DEFAULT ''"],
  ["BIGINT(10) UNSIGNED default 0", { type: "integer" }, "INTEGER NOT NULL DEFAULT 0"],
])("%s", (declared, column, sqlite) => {
  const system = systemOf(
    changed({
      "system.yaml": [["      made: bigint", `      extra: ${JSON.stringify(declared)}\n      made: bigint`]],
    }),
  );
  expect(system.tables[0]!.columns.find(({ name }) => name === "extra")).toMatchObject(column);
  expect(createTableStatements(system, "sqlite")[0]).toContain(`"extra" ${sqlite},`);
});

const fresh = (text: string) =>
  changed({ "system.yaml": [["before:", `fresh:\n  person:\n    - ${text}\nbefore:`]] });

test("what a just installed target holds becomes rows of it", () => {
  const system = systemOf(fresh(`{ id: 1, login: o'neil, mail: null, state: param.zone }`));
  expect(freshStatements(system, "sqlite")).toEqual([
    `INSERT INTO "a_person" ("id", "login", "mail", "state") VALUES (1, 'o''neil', NULL, 'Europe/Berlin')`,
  ]);
  expect(system.digest).toBe(systemOf(acme).digest);
  expect(problemsOf(fresh("{ id: 1, logn: x }"))).toEqual([
    "system.yaml:30:16 table `person` has no column `logn` (Did you mean `login`?)",
  ]);
});
