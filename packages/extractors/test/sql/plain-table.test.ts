import { describe, expect, it } from "vitest";
import { plainTable } from "../../src/sql/plain-table.js";

describe("a query that gives a table's rows as they lie there", () => {
  it.each([
    ["SELECT id, name FROM person ORDER BY id", "person"],
    ["select id from person", "person"],
    ["SELECT p.id, p.name\n  FROM person p\n  ORDER BY p.id, p.name\n", "person"],
    ['SELECT b.id, "Name" FROM "mdl_badge" b ORDER BY b.id;', "mdl_badge"],
    ["SELECT person.id FROM person", "person"],
    ['SELECT "user" FROM "Users"', "Users"],
  ])("is known: %s", (sql, table) => {
    expect(plainTable(sql)).toBe(table);
  });

  it.each([
    "SELECT * FROM person",
    "SELECT id, upper(name) FROM person",
    "SELECT id, name AS login FROM person",
    "SELECT id, name login FROM person",
    "SELECT id, 1 FROM person",
    "SELECT id, 'x' FROM person",
    "SELECT id, `name` FROM person",
    "SELECT id, login || 'x' FROM person",
    "SELECT DISTINCT id FROM person",
    "SELECT id FROM person WHERE id > 1",
    "SELECT id FROM person LIMIT 5",
    "SELECT id FROM person GROUP BY id",
    "SELECT id FROM person UNION SELECT id FROM other",
    "SELECT id FROM person, other",
    "SELECT id FROM person JOIN other ON true",
    "SELECT id FROM person FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01'",
    "SELECT id FROM (SELECT id FROM person) person",
    "SELECT id FROM other.person",
    "SELECT o.id FROM person p",
    "SELECT id FROM person -- as it is",
    "SELECT id /* all */ FROM person",
    "WITH p AS (SELECT 1 AS id) SELECT id FROM p",
    // Words that are values of their own, and names that engines fold differently.
    "SELECT id, user FROM person",
    "SELECT id, current_date FROM person",
    "SELECT id, Name FROM person",
    "SELECT id FROM Person",
    "",
  ])("is none of these: %s", (sql) => {
    expect(plainTable(sql)).toBeNull();
  });
});
