import { expect, test } from "vitest";
import { acme, changed, systemOf, type Files } from "./folder.js";

const digest = (files: Files): string => systemOf(files).digest;
const base = digest(acme);

test("is SHA-256 in hex, and the same wherever the folder lies", () => {
  expect(base).toMatch(/^[0-9a-f]{64}$/);
  expect(digest(acme)).toBe(base);
});

test.each<[string, Files]>([
  ["a comment", changed({ "inbound/users.yaml": [["fields:", "# a comment\nfields: # another"]] })],
  ["blank lines and quotes", changed({ "inbound/users.yaml": [["  email: mail", '\n\n  email: "mail"\n']] })],
  [
    "block for flow",
    changed({
      "inbound/users.yaml": [["{ from: login, case: lower }", "\n    from: login\n    case: lower"]],
    }),
  ],
  [
    "the order of fields",
    changed({
      "inbound/users.yaml": [
        ["  email: mail\n", ""],
        ["checks:", "  email: mail\nchecks:"],
      ],
    }),
  ],
  [
    "the order of a value map",
    changed({ "inbound/users.yaml": [["on: active, off: suspended", "off: suspended, on: active"]] }),
  ],
  ["the long form of a field", changed({ "inbound/users.yaml": [["email: mail", "email: { from: mail }"]] })],
  ["an example", changed({ "inbound/users.yaml": [["login: Anna", "login: ANNA"]] })],
  ["an example row of a reference", changed({ "system.yaml": [['{ code: "on" }', '{ code: "off" }']] })],
])("is not changed by %s", (_, files) => {
  expect(digest(files)).toBe(base);
});

test.each<[string, Files]>([
  ["a parameter's value", changed({ "system.yaml": [["default: a_", "default: b_"]] })],
  ["a query", changed({ "system.yaml": [["ORDER BY id", "ORDER BY id DESC"]] })],
  ["a column's type", changed({ "system.yaml": [["made: text", "made: time"]] })],
  ["an ignored column's reason", changed({ "system.yaml": [["Nobody needs it.", "It is wrong."]] })],
  ["a target column's length", changed({ "system.yaml": [["varchar(100)", "varchar(90)"]] })],
  ["a reference's query", changed({ "system.yaml": [["SELECT code", "SELECT DISTINCT code"]] })],
  ["a condition", changed({ "system.yaml": [["Switch the mail off.", "Leave the mail on."]] })],
  ["a control total", changed({ "system.yaml": [["COUNT(*)", "COUNT(id)"]] })],
  [
    "a key",
    changed({
      "inbound/users.yaml": [
        ["key: [id]", "key: [id, login]"],
        ['    key: "7"\n', ""],
      ],
    }),
  ],
  [
    "a rule's condition",
    changed({ "inbound/users.yaml": [['login == "guest"', 'login == "guest" || id == 0']] }),
  ],
  ["a rule's reason", changed({ "inbound/users.yaml": [["The guest is no person.", "Because."]] })],
  ["a step's argument", changed({ "inbound/users.yaml": [["off: suspended", "off: deleted"]] })],
  [
    "a step's option",
    changed({ "inbound/users.yaml": [["zone: Europe/Berlin }", "zone: Europe/Vienna }"]] }),
  ],
  ["one more step", changed({ "inbound/users.yaml": [["case: lower", "case: lower, trim: true"]] })],
  ["the order of steps", changed({ "inbound/users.yaml": [["case: lower", "trim: true, case: lower"]] })],
  ["a check", changed({ "inbound/users.yaml": [["else: warning", "else: flag"]] })],
  ["a written column", changed({ "outbound/users.yaml": [["truncate: 20", "truncate: 19"]] })],
  ["a natural key", changed({ "outbound/users.yaml": [["find: [login]", "find: [login, mail]"]] })],
  ["what is written only once", changed({ "outbound/users.yaml": [["    onlyNew: [made]\n", ""]] })],
  ["a field without a slot", changed({ "outbound/users.yaml": [["city: No place.", "city: Nowhere."]] })],
  [
    "what is excluded on the way out",
    changed({
      "outbound/users.yaml": [
        ["rule: deleted", "rule: gone"],
        ["excluded: deleted", "excluded: gone"],
      ],
    }),
  ],
])("is changed by %s", (_, files) => {
  expect(digest(files)).not.toBe(base);
});

const order = (steps: string) => digest(changed({ "inbound/users.yaml": [["case: lower", steps]] }));

test("the two orders of steps differ from each other", () => {
  expect(order("case: lower, trim: true")).not.toBe(order("trim: true, case: lower"));
});

test("a parameter given has the same digest as one declared so", () => {
  expect(systemOf(acme, { parameters: { prefix: "b_" } }).digest).toBe(
    digest(changed({ "system.yaml": [["default: a_", "default: b_"]] })),
  );
});
