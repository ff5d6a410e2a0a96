import { describe, expect, test } from "vitest";
import { explainMapping } from "../src/index.js";
import { conditionInWords } from "../src/explain/condition.js";
import { acme, changed, systemOf } from "./folder.js";

test("a mapping reads like a specification", async () => {
  await expect(explainMapping(systemOf(acme), "acme/users")).toMatchFileSnapshot("golden/explain-users.md");
});

test("there is nothing to say of a mapping that is not there", () => {
  expect(explainMapping(systemOf(acme), "acme/none")).toBeNull();
});

test("cases, conditions and templates", () => {
  const files = changed({
    "inbound/users.yaml": [
      [
        "  email: mail\n",
        `  email: mail
  displayName: { when: login != null, template: "{login} ({state})" }
  city:
    cases:
      - { when: 'state == "on"', value: Berlin }
      - { when: 'phone in ["1", "2"]', from: phone, trim: true }
      - { value: null }
`,
      ],
    ],
  });
  const text = explainMapping(systemOf(files), "acme/users")!;
  expect(text).toContain("- **displayName**: written as `{login} ({state})`, only where `login` is given.");
  expect(text).toContain(
    "- **city**: where `state` is “on”, “Berlin”; where `phone` is “1” or “2”, taken from `phone`, ",
  );
});

test("parameters are called by name, and what they are set to is told", () => {
  const files = changed({
    "inbound/users.yaml": [["email: mail", "email: { when: param.prefix != null, from: mail }"]],
  });
  const text = explainMapping(systemOf(files), "acme/users")!;
  expect(text).toContain("- **email**: taken from `mail`, only where the parameter `prefix` is given.");
  expect(text).toContain("Of the parameters, `prefix` is “a_” (Table prefix).");
});

test("merged maps and steps of steps", () => {
  const files = changed({
    "inbound/users.yaml": [
      [
        "email: mail",
        "email: mail\n  custom: { merge: [{ from: phone, json: true, values: [{ trim: true }, { case: lower }] }, { collect: { Login: login } }] }",
      ],
    ],
  });
  expect(explainMapping(systemOf(files), "acme/users")).toMatch(
    /- \*\*custom\*\*: put together from \(1\) what is taken from `phone`, as JSON, .*in small letters; \(2\) .*`login`/,
  );
});

describe("conditions in words", () => {
  test.each([
    ['login == "guest"', "`login` is “guest”"],
    ['login != "guest"', "`login` is not “guest”"],
    ["email == null", "`email` is absent"],
    ["email != null", "`email` is given"],
    ['email == ""', "`email` is empty"],
    ['status != "active" || email != null', "where `status` is “active”, `email` is given"],
    ["a == null || b > 3", "where `a` is given, `b` is greater than 3"],
    ["a == 1 && (b == 2 || c == 3)", "`a` is 1 and (`b` is 2 or `c` is 3)"],
    ["!(a == 1 && b == 2)", "`a` is not 1 or `b` is not 2"],
    ['kind in ["a", "b", "c"]', "`kind` is one of “a”, “b” or “c”"],
    ['!(kind in ["a", "b"])', "`kind` is neither “a” nor “b”"],
    ['!(kind in ["a", "b", "c"])', "`kind` is none of “a”, “b” and “c”"],
    ['"x" in list', "`list` holds “x”"],
    ['login.startsWith("x-")', "`login` begins with “x-”"],
    ['!login.endsWith("-x")', "`login` does not end with “-x”"],
    ['login.matches("^[a-z]+$")', "`login` is of the form “^[a-z]+$”"],
    ["size(code) >= 3", "the length of `code` is at least 3"],
    ["!(score >= 3.5)", "`score` is less than 3.5"],
    ['{"Yes": true, "No": false}[removed]', "`removed` is “Yes”"],
    ['!{"Yes": true, "No": false, "-": false}[removed]', "`removed` is “No” or “-”"],
    ["{1: 2}[a] == 2", "`{1: 2}[a]` is 2"],
    ["login == login.lowerAscii()", "`login` is `login` in small letters"],
    ['entry.key == "x"', "the `key` of `entry` is “x”"],
    ["active", "`active` is true"],
    ["!active", "`active` is false"],
    ['param.login == "keep"', "the parameter `login` is “keep”"],
    ['custom["a b"] == "c"', '`custom["a b"]` is “c”'],
    ["double(a) != 0.0", "`double(a)` is not 0.0"],
    ["a ? b : c", "`a ? b : c`"],
    ["a == ", "`a == `"],
  ])("%s", (expression, words) => {
    expect(conditionInWords(expression)).toBe(words);
  });
});
