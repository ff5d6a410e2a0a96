import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadSystem } from "../src/index.js";
import { acme, changed, folderOf, systemOf, told, type Files } from "./folder.js";

const overridden = (overrides: Files, files: Files = acme) =>
  systemOf(files, { overrides: folderOf(overrides) }).definition;

const inboundOf = (overrides: Files) =>
  overridden(overrides).inbound.find((def) => def.name === "acme/users")!;

function problemsOf(overrides: Files): readonly string[] {
  const folder = folderOf(overrides);
  return told(folder, loadSystem({ folder: folderOf(acme), overrides: folder }).problems);
}

describe("extends", () => {
  test("adds fields, entries of value maps, reasons, checks and examples", () => {
    const def = inboundOf({
      "inbound/users.yaml": `extends: acme/users
fields:
  status: { map: { gone: deleted }, otherwise: active }
  phone: phone
checks:
  - name: active-has-mail
    else: flag
  - name: has-name
    that: username != null
    because: Nobody is nameless.
`,
    });
    const status = def.fields.find(({ name }) => name === "status")!.pipeline;
    expect(status.from?.names[0]?.name).toBe("state");
    expect(status.steps[0]).toMatchObject({
      name: "map",
      arg: { on: "active", off: "suspended", gone: "deleted" },
      options: { otherwise: "active" },
    });
    expect(def.fields.map(({ name }) => name)).toEqual(["username", "email", "status", "createdAt", "phone"]);
    expect(def.checks).toMatchObject([
      { name: "active-has-mail", otherwise: "flag", because: "An active person can be written to." },
      { name: "has-name" },
    ]);
  });

  test("a field that says where it comes from replaces the field below it", () => {
    const def = inboundOf({
      "inbound/users.yaml": "extends: acme/users\nfields: { username: { from: login } }\n",
    });
    expect(def.fields.find(({ name }) => name === "username")!.pipeline.steps).toEqual([]);
  });

  test("null takes a part away; inside a pipeline it is a value", () => {
    const def = inboundOf({
      "inbound/users.yaml": `extends: acme/users
fields:
  createdAt: null
  status: { map: { off: null } }
ignore: { made: No longer trusted. }
examples:
  - name: an active person
    expect: { createdAt: null }
`,
    });
    expect(def.fields.map(({ name }) => name)).toEqual(["username", "email", "status"]);
    expect(def.fields[2]!.pipeline.steps[0]!.arg).toEqual({ on: "active", off: null });
  });

  test("changes the columns of a write found by its name", () => {
    const def = overridden({
      "outbound/users.yaml": `extends: acme/users
writes:
  - to: person
    set: { mail: { from: email, case: lower } }
`,
    }).outbound[0]!;
    expect(def.writes).toHaveLength(1);
    const write = def.writes[0]!;
    expect(
      write.kind === "write" && write.set.find(({ name }) => name === "mail")?.pipeline.steps,
    ).toMatchObject([{ name: "case" }]);
    expect(write.kind === "write" && write.set).toHaveLength(4);
  });

  test("a list under a name that JavaScript knows replaces the list below it", () => {
    const csv = {
      ...acme,
      "system.yaml": acme["system.yaml"]!.replace("phone: text }", "phone: text }\n    constructor: [x]"),
    };
    const over = folderOf({ "system.yaml": "extends: acme\nextracts: { people: { constructor: [y] } }\n" });
    expect(() => loadSystem({ folder: folderOf(csv), overrides: over })).not.toThrow();
  });

  test("system.yaml is extended too", () => {
    const definition = overridden({
      "system.yaml": `extends: acme
parameters: { prefix: { default: b_ } }
before: [{ name: cron-off, because: Jobs would run., manual: Switch cron off. }]
`,
    });
    expect(definition.extracts.get("people")!.spec.options["sql"]).toContain("FROM b_person");
    expect(definition.before.map(({ name }) => name)).toEqual(["mail-off", "cron-off"]);
  });

  test("another name makes another mapping beside it", () => {
    const definition = overridden({
      "inbound/contacts.yaml": "extends: acme/users\nmapping: acme/contacts\n",
    });
    expect(definition.inbound.map(({ name }) => name)).toEqual(["acme/users", "acme/contacts"]);
  });

  test("an error is told where it was written", () => {
    expect(problemsOf({ "inbound/users.yaml": "extends: acme/users\nfields:\n  emial: mail\n" })).toEqual([
      "inbound/users.yaml:3:3 entity `user` has no `emial` (Did you mean `email`?)",
    ]);
    expect(problemsOf({ "inbound/users.yaml": "extends: acme/user\nfields: {}\n" })).toEqual([
      "inbound/users.yaml:1:10 there is no mapping `acme/user` to extend here (Did you mean `acme/users`?)",
    ]);
    expect(problemsOf({ "system.yaml": "extends: acne\n" })).toEqual([
      "system.yaml:1:10 there is no system `acne` to extend (Did you mean `acme`?)",
    ]);
  });
});

test("a file without extends replaces the mapping of its name, or adds one", () => {
  const text = acme["inbound/users.yaml"]!.replace("case: lower", "case: upper").replace(
    "username: anna,",
    "username: ANNA,",
  );
  const def = inboundOf({ "inbound/mine.yaml": text });
  expect(def.fields[0]!.pipeline.steps[0]!.arg).toBe("upper");
  expect(def.file).toMatch(/mine\.yaml$/);
});

const included = (include: string, fragments: Files) => {
  const folder = folderOf(
    changed({ "inbound/users.yaml": [["from: people", `from: people\ninclude: ${include}`]] }),
  );
  for (const [path, text] of Object.entries(fragments)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const { system, problems } = loadSystem({ folder });
  return { def: system?.definition.inbound[0], problems: told(folder, problems) };
};

describe("include", () => {
  test("fragments are merged first, the file over them", () => {
    const { def, problems } = included("[../parts/phone.yaml]", {
      "parts/phone.yaml": "fields: { phone: phone, username: mail }\n",
    });
    expect(problems).toEqual([]);
    expect(def!.fields.find(({ name }) => name === "phone")).toBeDefined();
    expect(def!.fields.find(({ name }) => name === "username")!.pipeline.from!.names[0]!.name).toBe("login");
  });

  test("a missing fragment, a circle, and a way out of the folder are refused", () => {
    expect(included("[nowhere.yaml]", {}).problems).toEqual([
      "inbound/users.yaml:3:11 there is no file `nowhere.yaml` here",
    ]);
    expect(included("[_a.yaml]", { "inbound/_a.yaml": "include: users.yaml\n" }).problems).toEqual([
      "inbound/_a.yaml:1:10 `include` runs in a circle",
    ]);
    expect(included("[../../../../../../../../../../etc/passwd]", {}).problems).toEqual([
      "inbound/users.yaml:3:11 `include` must not lead out of the folder of mappings",
    ]);
  });
});
