import { describe, expect, test } from "vitest";
import { loadSystem } from "../src/index.js";
import { acme, changed, folderOf, problemsOf, told } from "./folder.js";

const system = (...edits: readonly (readonly [string, string])[]) =>
  problemsOf(changed({ "system.yaml": edits }));
const inbound = (...edits: readonly (readonly [string, string])[]) =>
  problemsOf(changed({ "inbound/users.yaml": edits }));
const outbound = (...edits: readonly (readonly [string, string])[]) =>
  problemsOf(changed({ "outbound/users.yaml": edits }));

const unmapped = (column: string): string =>
  `inbound/users.yaml:1:1 column \`${column}\` of extract \`people\` is neither mapped nor ignored (Map it, or name it under \`ignore\` with the reason.)`;

test("the small system is without fault", () => {
  expect(problemsOf(acme)).toEqual([]);
});

describe("structure", () => {
  test("an unknown key, and the nearest that is known", () => {
    expect(inbound(["exclude:", "exlude:"])).toContain(
      "inbound/users.yaml:5:1 the mapping has no `exlude` (Did you mean `exclude`?)",
    );
    expect(system(["medium: sql", "medium: sql\nextract: {}"])).toEqual([
      "system.yaml:4:1 the system has no `extract` (Did you mean `extracts`?)",
    ]);
  });

  test("options of media", () => {
    expect(system(["    key: [id]", "    delimter: tab\n    key: [id]"])).toEqual([
      "system.yaml:10:5 `people` has no `delimter` (Did you mean `delimiter`?)",
    ]);
  });

  test("what is missing", () => {
    expect(inbound(["key: [id]\n", ""])).toEqual([
      "inbound/users.yaml:1:1 the mapping lacks `key`",
      unmapped("id"),
    ]);
    expect(inbound(["    because: The guest is no person.\n", ""])).toEqual([
      "inbound/users.yaml:6:5 entry 1 of `exclude` lacks `because`",
    ]);
    expect(system(["title: Acme LMS 3\n", ""])).toEqual(["system.yaml:1:1 the system lacks `title`"]);
    expect(system(["    key: [id]", "    medium: xml\n    key: [id]"])).toEqual([
      "system.yaml:8:3 extract `people` lacks `record`: the path of an element of the document",
    ]);
  });

  test("the wrong kind of thing", () => {
    expect(inbound(["email: mail", "email: [mail]"])).toEqual([
      "inbound/users.yaml:11:10 `email` must be text, not a list",
    ]);
    expect(inbound(["key: [id]", "key: { a: b }"])).toEqual([
      unmapped("id"),
      "inbound/users.yaml:4:6 `key` must be text, not a map",
    ]);
    expect(system(["medium: sql", "medium: sqll"])).toEqual([
      "system.yaml:3:9 `medium` cannot be `sqll` (Did you mean `sql`?)",
    ]);
    expect(system(["state: text", "state: txt"])).toContain(
      "system.yaml:11:61 `state` cannot be `txt` (Did you mean `text`?)",
    );
  });

  test("steps: unknown ones, wrong arguments, lost options, two origins", () => {
    expect(inbound(["{ from: login, case: lower }", "{ from: login, casse: lower }"])).toEqual([
      "inbound/users.yaml:10:28 there is no step `casse` (Did you mean `case`?)",
    ]);
    expect(inbound(["case: lower", "case: lwer"])).toEqual([
      "inbound/users.yaml:10:34 `case` cannot be `lwer` (Did you mean `lower`?)",
    ]);
    expect(inbound(["case: lower", "steps: [{ cse: lower }]"])).toEqual([
      "inbound/users.yaml:10:38 there is no step `cse` (Did you mean `case`?)",
    ]);
    expect(inbound(["case: lower", "steps: [{ case: lower, trim: true }]"])).toEqual([
      "inbound/users.yaml:10:36 an entry of `steps` is one step with its options (Begin a new entry (`-`) for each step.)",
    ]);
    expect(inbound(["case: lower", "otherwise: flag"])[0]).toMatch(
      /^inbound\/users\.yaml:10:28 `otherwise` belongs to .*`map`/,
    );
    expect(inbound(["{ from: login, case: lower }", "{ from: login, value: x }"])).toEqual([
      "inbound/users.yaml:10:28 a value begins with one of `from`, `value`, `cases` and `merge`, not with two",
    ]);
  });

  test("a case after one that always holds", () => {
    expect(inbound(["email: mail", "email: { cases: [{ from: mail }, { from: login }] }"])).toEqual([
      "inbound/users.yaml:11:20 this case always holds, so that those after it never do (Give it a `when`.)",
    ]);
  });

  test("examples: what they lack, codes, names given twice", () => {
    expect(inbound(["    excluded: guest\n", ""])[0]).toMatch(
      /:26:5 entry 2 of `examples` lacks one of `expect`, `excluded`, `issues`, `key`$/,
    );
    expect(inbound(["    excluded: guest\n", "    issues: [bad-dat]\n"])).toEqual([
      "inbound/users.yaml:28:14 entry 1 of `issues` cannot be `bad-dat` (Did you mean `bad-date`?)",
    ]);
    expect(inbound(["- name: the guest", "- name: an active person"])).toEqual([
      "inbound/users.yaml:26:5 the example `an active person` is there twice",
    ]);
  });
});

describe("names", () => {
  test("extracts, columns and fields of an inbound mapping", () => {
    expect(inbound(["from: people", "from: peeple"])[0]).toBe(
      "inbound/users.yaml:2:7 there is no extract `peeple` (Did you mean `people`?)",
    );
    expect(inbound(["key: [id]", "key: [idd]"])[1]).toMatch(
      /^inbound\/users\.yaml:4:\d extract `people` has no `idd` \(Did you mean `id`\?\)$/,
    );
    expect(inbound(["email: mail", "emial: mail"])).toEqual([
      "inbound/users.yaml:11:3 entity `user` has no `emial` (Did you mean `email`?)",
    ]);
    expect(inbound(["email: mail", "email: mial"])).toEqual([
      "inbound/users.yaml:1:1 column `mail` of extract `people` is neither mapped nor ignored (Map it, or name it under `ignore` with the reason.)",
      expect.stringMatching(/^inbound\/users\.yaml:11:10 .*`mial`.*`mail`/),
    ]);
    expect(inbound(["given: { login: guest }", "given: { logn: guest }"])).toEqual([
      "inbound/users.yaml:27:14 the extract has no column `logn` (Did you mean `login`?)",
    ]);
    expect(inbound(["expect: { username", "expect: { usrname"])).toEqual([
      "inbound/users.yaml:24:15 entity `user` has no `usrname` (Did you mean `username`?)",
    ]);
    expect(inbound(["excluded: guest", "excluded: gest"])).toEqual([
      "inbound/users.yaml:28:5 `exclude` of `acme/users` has no `gest` (Did you mean `guest`?)",
    ]);
  });

  test("names in expressions", () => {
    expect(inbound(['when: login == "guest"', 'when: logn == "guest"'])[0]).toMatch(
      /^inbound\/users\.yaml:7:\d+ .*logn/,
    );
    expect(inbound(['that: status != "active"', 'that: statos != "active"'])[0]).toMatch(
      /^inbound\/users\.yaml:18:\d+ .*statos/,
    );
  });

  test("tables, columns, references and fields of an outbound mapping", () => {
    expect(outbound(["to: person", "to: persn"])[0]).toMatch(/./);
    expect(outbound(["to: person", "to: persn"])).toContain(
      "outbound/users.yaml:9:9 there is no table `persn` (Did you mean `person`?)",
    );
    expect(outbound(["mail: email", "male: email"])).toEqual([
      "outbound/users.yaml:13:7 table `person` has no `male` (Did you mean `made`?)",
    ]);
    expect(outbound(["find: [login]", "find: [logn]"])).toEqual([
      "outbound/users.yaml:10:12 table `person` has no `logn` (Did you mean `login`?)",
    ]);
    expect(outbound(["onlyNew: [made]", "onlyNew: [id]"])).toEqual([
      "outbound/users.yaml:16:15 column `id` is named here, and not set",
    ]);
    expect(outbound(["city: No place.", "cty: No place."])).toEqual([
      "outbound/users.yaml:1:1 field `city` of `user` is neither written nor projected (Write it, or name it under `noSlot`, `overwritten` or `projection`.)",
      "outbound/users.yaml:26:3 entity `user` has no `cty` (Did you mean `city`?)",
    ]);
    expect(outbound(["mail: email", "mail: emial"]).join("\n")).toMatch(
      /outbound\/users\.yaml:13:\d+ .*emial/,
    );
    expect(outbound(["expect: { person: { login", "expect: { person: { logn"])).toEqual([
      "outbound/users.yaml:41:25 table `person` has no `logn` (Did you mean `login`?)",
    ]);
  });

  test("names within system.yaml", () => {
    expect(system(["key: [id]", "key: [ident]"])[0]).toMatch(
      /^system\.yaml:10:11 extract `people` has no column `ident`/,
    );
    expect(system(["ignore: { phone", "ignore: { phne"])).toEqual([
      "inbound/users.yaml:1:1 column `phone` of extract `people` is neither mapped nor ignored (Map it, or name it under `ignore` with the reason.)",
      "system.yaml:12:15 extract `people` has no column `phne` (Did you mean `phone`?)",
    ]);
    expect(system(["FROM {prefix}person ORDER", "FROM {prefx}person ORDER"])).toEqual([
      "system.yaml:9:10 `{prefx}` is no parameter (Did you mean `prefix`?)",
    ]);
    expect(system(["id: id\n", "id: ident\n"])[1]).toMatch(
      /^system\.yaml:16:9 table `person` has no column `ident`/,
    );
    expect(system(["login: varchar(20)", "login: varchr(20)"])[0]).toBe(
      "system.yaml:19:14 there is no type `varchr` (Did you mean `varchar`?)",
    );
    expect(system(["mail: varchar(100) null", "mail: varchar(100) nul"])[0]).toMatch(
      /^system\.yaml:20:13 `mail` is not of the form `type\(length\) null default value`/,
    );
    expect(system(["    id: id\n", "    id: id\n    dependents: [enrol.userid, person.nobody]\n"])).toEqual(
      [
        "system.yaml:17:18 there is no table `enrol` (Known: `person`.)",
        "system.yaml:17:32 table `person` has no column `nobody`",
      ].map((text) => expect.stringContaining(text)),
    );
  });
});

describe("coverage and fit", () => {
  test("a required field that is never filled", () => {
    const problems = inbound(["  status:\n    from: state\n    map: { on: active, off: suspended }\n", ""]);
    expect(problems).toContain("inbound/users.yaml:1:1 required field `status` of `user` is never filled");
  });

  test("a column that is neither mapped nor ignored", () => {
    expect(system(["    ignore: { phone: Nobody needs it. }\n", ""])).toEqual([
      "inbound/users.yaml:1:1 column `phone` of extract `people` is neither mapped nor ignored (Map it, or name it under `ignore` with the reason.)",
    ]);
  });

  test("a column of the target that is never written and may not stay empty", () => {
    expect(system(["mail: varchar(100) null", "mail: varchar(100) null\n      nick: varchar(9)"])).toEqual([
      "outbound/users.yaml:9:5 column `nick` of table `person` is never written, and has neither a default nor null (Set it, or declare its default in system.yaml.)",
    ]);
  });

  test("a field both without a slot and overwritten", () => {
    expect(outbound(["noSlot:", "overwritten:\n  city: Who knows.\nnoSlot:"])).toEqual([
      "outbound/users.yaml:18:3 `city` is both in `noSlot` and in `overwritten`",
    ]);
  });

  test("a lookup in an inbound mapping", () => {
    const problems = inbound([
      "email: mail",
      "email: { from: mail, lookup: { in: states, by: { code: value }, get: code } }",
    ]);
    expect(problems[0]).toMatch(/^inbound\/users\.yaml:11:\d+ `lookup` asks the target/);
  });

  test("a local time without a zone", () => {
    expect(inbound([", zone: Europe/Berlin", ""])[0]).toMatch(/^inbound\/users\.yaml:15:\d+ .*zone/);
  });

  test("a kind that does not fit the field", () => {
    const made = "createdAt: { from: made, date: yyyy-MM-dd HH:mm, zone: Europe/Berlin }";
    expect(inbound([made, "createdAt: { from: made, number: true }"])).toEqual([
      "inbound/users.yaml:15:28 `createdAt` is an instant, and this gives a decimal number",
    ]);
    expect(inbound([made, "createdAt: { from: made, date: yyyy-MM-dd }"])).toEqual([
      "inbound/users.yaml:15:28 `createdAt` is an instant, and this gives a date",
    ]);
    expect(inbound(["email: mail", "email: { from: [mail, login] }"])).toEqual([
      "inbound/users.yaml:11:10 `email` is a text, and this gives a list",
    ]);
  });

  test("a kind that does not fit the target's column", () => {
    expect(outbound(["made: { from: createdAt, epoch: seconds, default: 0 }", "made: createdAt"])).toEqual([
      "outbound/users.yaml:15:13 column `person.made` holds integer, and this gives an instant",
    ]);
    expect(outbound(["mail: email", "mail: custom"])[1]).toBe(
      "outbound/users.yaml:13:13 column `person.mail` holds text, and this gives a map",
    );
  });

  test("values in examples that a field cannot have", () => {
    expect(outbound(["status: active, createdAt", "status: actve, createdAt"])).toEqual([
      "outbound/users.yaml:40:55 `status` cannot be `actve` (Did you mean `active`?)",
    ]);
    expect(inbound(["status: active, createdAt", "status: actve, createdAt"])).toEqual([
      "inbound/users.yaml:24:31 `status` cannot be `actve` (Did you mean `active`?)",
    ]);
  });

  test("values a field cannot have", () => {
    expect(inbound(["off: suspended", "off: suspendet"])).toEqual([
      "inbound/users.yaml:14:24 `status` cannot be `suspendet` (Did you mean `suspended`?)",
    ]);
    expect(
      inbound(["map: { on: active, off: suspended }", "map: { on: active }\n    otherwise: activ"]),
    ).toEqual(["inbound/users.yaml:15:5 `status` cannot be `activ` (Did you mean `active`?)"]);
    expect(
      inbound(["\n    from: state\n    map: { on: active, off: suspended }", " { value: actve }"])[1],
    ).toBe("inbound/users.yaml:12:20 `status` cannot be `actve` (Did you mean `active`?)");
    expect(inbound(['that: status != "active"', 'that: status != "activ"'])).toEqual([
      "inbound/users.yaml:18:11 `status` is never `activ` (Did you mean `active`?)",
    ]);
    expect(outbound(["map: { active:", "map: { activ:"])).toEqual([
      "outbound/users.yaml:14:37 `status` is never `activ` (Did you mean `active`?)",
    ]);
    expect(outbound(['when: status == "deleted"', 'when: status in ["delete"]'])).toEqual([
      "outbound/users.yaml:6:11 `status` is never `delete` (Did you mean `deleted`?)",
    ]);
  });

  test("two mappings of one name; two that write one entity without saying which records are whose", () => {
    const problems = problemsOf({ ...acme, "outbound/again.yaml": acme["outbound/users.yaml"]! });
    expect(problems).toContain("outbound/users.yaml:1:1 there are two outbound mappings `acme/users`");
    expect(problems.filter((text) => text.includes("say with `when` which records are whose"))).toHaveLength(
      2,
    );
  });

  test("a shared row without find, no row of the record's own", () => {
    expect(outbound(["    find: [login]", "    find: [login]\n    same: [login]"]).join("\n")).toContain(
      "`same` is said of a row that is not shared",
    );
    expect(outbound(["    find: [login]", "    shared: true"]).join("\n")).toMatch(
      /a shared row needs `find`[^]*/,
    );
    expect(outbound(["    find: [login]", "    shared: true"])).toContain(
      "outbound/users.yaml:1:1 no row is the record's own: the first that is not shared, outside `each`",
    );
  });
});

const load = (parameters: Record<string, string>) => {
  const folder = folderOf(acme);
  return told(folder, loadSystem({ folder, parameters }).problems);
};

describe("parameters", () => {
  test("given values are checked against what is declared", () => {
    expect(load({ prefix: "b_" })).toEqual([]);
    expect(load({ prefix: "b; DROP TABLE x" })).toEqual([
      "system.yaml:5:3 parameter `prefix` is not of the form [a-z_]*",
    ]);
    expect(load({ prefx: "b_" })).toEqual([
      "system.yaml:1:1 the system has no parameter `prefx` (Did you mean `prefix`?)",
    ]);
  });

  test("one without default must be given", () => {
    expect(system(["{ default: a_, pattern", "{ pattern"])[0]).toBe(
      "system.yaml:5:3 parameter `prefix` has no value (Give it under `parameters` in migration.yaml.)",
    );
  });

  test("a pattern that is none, a value that is not among the values", () => {
    expect(system(['pattern: "[a-z_]*"', 'pattern: "[a-z"'])[0]).toMatch(
      /^system\.yaml:5:\d+ the pattern of `prefix` is no regular/,
    );
    expect(system(['pattern: "[a-z_]*"', "values: [b_, c_]"])[0]).toBe(
      "system.yaml:5:3 parameter `prefix` is none of its values (Known: `b_`, `c_`.)",
    );
  });
});

test("all errors are told at once, in the order of the files", () => {
  const problems = problemsOf(
    changed({
      "system.yaml": [["medium: sql", "medium: sqll"]],
      "inbound/users.yaml": [
        ["case: lower", "cse: lower"],
        ["email: mail", "emial: mail"],
      ],
      "outbound/users.yaml": [["mail: email", "male: email"]],
    }),
  );
  expect(problems).toEqual([
    "inbound/users.yaml:10:28 there is no step `cse` (Did you mean `case`?)",
    "inbound/users.yaml:11:3 entity `user` has no `emial` (Did you mean `email`?)",
    "outbound/users.yaml:13:7 table `person` has no `male` (Did you mean `made`?)",
    "system.yaml:3:9 `medium` cannot be `sqll` (Did you mean `sql`?)",
  ]);
});

test("a rank that no record can have", () => {
  const one =
    "one: { by: [username], keep: [{ status: [[active, suspended], delted] }], rule: one, because: One. }\n";
  expect(outbound(["key:", `${one}key:`])).toEqual([
    expect.stringContaining("field `status` has no `delted` (Did you mean `deleted`?)"),
  ]);
});
