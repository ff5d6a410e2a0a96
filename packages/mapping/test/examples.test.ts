import { describe, expect, test } from "vitest";
import { checkExamples } from "../src/index.js";
import { acme, changed, problemsOf, systemOf, type Files } from "./folder.js";

const check = (files: Files) => checkExamples(systemOf(files));
const differences = (files: Files) =>
  check(files).mappings.flatMap(({ examples }) => examples.flatMap((example) => example.differences));
const inbound = (...edits: readonly (readonly [string, string])[]) =>
  differences(changed({ "inbound/users.yaml": edits }));
const outbound = (...edits: readonly (readonly [string, string])[]) =>
  differences(changed({ "outbound/users.yaml": edits }));

test("good examples pass", () => {
  const { passed, failed } = check(acme);
  expect({ passed, failed }).toEqual({ passed: 4, failed: 0 });
});

describe("what comes out otherwise is told", () => {
  test("inbound", () => {
    expect(inbound(["username: anna,", "username: Anna,"])).toEqual(['`username` is "anna", not "Anna"']);
    expect(inbound(['key: "7"', 'key: "8"'])).toEqual(['the key is "7", not "8"']);
    expect(inbound(["given: { login: guest }", "given: { login: ghost }"])).toEqual([
      "the rule `guest` does not exclude the row",
    ]);
    expect(inbound(["login: Anna", "login: guest"])).toEqual(["the rule `guest` excludes the row"]);
    expect(inbound(['state: "on"', "state: broken"], ["status: active, ", ""])).toEqual([
      expect.stringContaining("the issue `unmapped-value` was found for `status`"),
    ]);
    expect(
      inbound(
        ["    excluded: guest\n", ""],
        ["given: { login: guest }", "given: { login: x }\n    issues: [bad-date]"],
      ),
    ).toEqual(["the issue `bad-date` was not found"]);
  });

  test("an issue that was expected is no difference", () => {
    expect(
      inbound(
        ['state: "on"', "state: broken"],
        ["status: active, createdAt: 2024-06-01T10:00:00Z }", "}\n    issues: [unmapped-value]"],
      ),
    ).toEqual([]);
  });

  test("outbound", () => {
    expect(outbound(["login: anna,", "login: ann,"])).toEqual(['`person.login` is "anna", not "ann"']);
    expect(
      outbound([
        'expect: { person: { login: anna, state: "on", made: 1717236000 } }',
        "expect: { person: [{ login: anna }, { login: x }] }",
      ]),
    ).toEqual(["`person` gets 1 row(s), not 2"]);
    expect(outbound(["givenName: null", 'givenName: "X"'])).toEqual(['`givenName` is nothing, not "X"']);
    expect(outbound(["excluded: deleted", "expect: { person: { login: bob } }"])).toEqual([
      "the rule `deleted` excludes the record",
    ]);
    expect(outbound(["status: deleted }", "status: active }"])).toEqual([
      "the rule `deleted` does not exclude the record",
    ]);
  });
});

test("what no example shows at work is named with its place", () => {
  const report = check(acme);
  const uncovered = report.mappings.map(({ mapping, direction, uncovered }) => [
    `${direction} ${mapping}`,
    uncovered.map(({ kind, what, at }) => `${at.line}: ${kind} ${what}`),
  ]);
  expect(uncovered).toEqual([
    ["inbound acme/users", ["14: map entry status: off", "17: check active-has-mail"]],
    ["outbound acme/users", ["14: map entry person.state: suspended", "15: step person.made: default"]],
  ]);
});

test("an example may have parameters of its own", () => {
  const files = changed({
    "inbound/users.yaml": [
      ["zone: Europe/Berlin", "zone: param.zone"],
      [
        "  - name: the guest",
        '  - name: elsewhere\n    parameters: { zone: UTC }\n    given: { made: 2024-06-01 12:00, state: "on" }\n    expect: { createdAt: 2024-06-01T12:00:00Z }\n  - name: the guest',
      ],
    ],
  });
  expect(differences(files)).toEqual([]);
  expect(
    problemsOf(
      changed({
        "inbound/users.yaml": [["    excluded: guest", "    parameters: { zon: UTC }\n    excluded: guest"]],
      }),
    ),
  ).toEqual(["inbound/users.yaml:28:19 there is no parameter `zon` (Did you mean `zone`?)"]);
});
