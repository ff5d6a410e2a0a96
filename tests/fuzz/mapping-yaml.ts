import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  checkExamples,
  diffSystems,
  explainMapping,
  IdsExhausted,
  loadSystem,
  type InboundMapping,
  type LoadedSystem,
  type OutboundMapping,
  type TargetContext,
} from "@cutover/mapping";
import type { CanonicalRecord, SourceValue } from "@cutover/model";
import * as fc from "fast-check";
import { directory, roster } from "../cli/support/small.js";
import { mutate, mutations, type Mutation } from "./support/mutate.js";
import { mustHold, ownFolder } from "./support/reading.js";
import { stepsSystem } from "./support/steps-system.js";
import type { Ending, Target } from "./support/target.js";
import { hostileTokens } from "./support/tokens.js";

type Files = Readonly<Record<string, string>>;

function filesBelow(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(path.join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
}

const shipped = path.resolve(import.meta.dirname, "../../mappings");
/** Small systems first: they are what most inputs are made of. */
const systems: Readonly<Record<string, Files>> = {
  steps: stepsSystem,
  directory,
  roster,
  "hr-feed": filesBelow(path.join(shipped, "hr-feed")),
  cornerstone: filesBelow(path.join(shipped, "cornerstone")),
  moodle: filesBelow(path.join(shipped, "moodle")),
};
const names = Object.keys(systems);
const smallOnes = 4;

interface MappingInput {
  readonly system: string;
  readonly file: number;
  /** What happens to the text of the file. */
  readonly mutations: readonly Mutation[];
  /** Values of lines that are replaced, by the line's number. */
  readonly lines: readonly { readonly line: number; readonly value: string }[];
  /** The changed file lies over the shipped one, as an override that extends it. */
  readonly override: boolean;
  readonly values: readonly string[];
}

const yamlTokens = [
  "&a ",
  "*a",
  "<<: *a\n",
  "!!js/function x",
  "!!binary x",
  "? ",
  "|\n",
  ">-\n",
  "- ",
  "--- ",
  "\n---\n",
  "...\n",
  "%YAML 1.1\n",
  "__proto__: 1\n",
  "constructor: [x]\n",
  "toString: { from: a }\n",
  "extends: steps\n",
  "include: [../../../../etc/passwd]\n",
  "steps: ",
  "each: ",
  "cases: ",
  "when: ",
  "writes: ",
  "1e999",
  "0o17",
  "{[",
  "[[",
  "a: {",
  "&x [*x]",
];

/** Values that belong where something else stands, or that cost much where they stand. */
const values = fc.oneof(
  fc.constantFrom(...hostileTokens).map((token) => JSON.stringify(token)),
  fc.constantFrom(
    "",
    "null",
    "true",
    "[]",
    "{}",
    "[constructor]",
    "{ constructor: x }",
    "{ toString: x, constructor: y, valueOf: 1 }",
    "constructor",
    "toString(10) default 'x'",
    "__proto__",
    "{ from: __proto__ }",
    "{ from: constructor }",
    "{ from: [a, a, a], join: '' }",
    "{ value: { a: 1 } }",
    "{ from: a, match: { pattern: '(a+)+$', otherwise: keep } }",
    "{ from: a, match: { pattern: '(.*a){25}x', replace: '$1$1' } }",
    "{ from: a, match: { pattern: '((a{30}){30})', replace: '$9' } }",
    "{ from: a, match: { pattern: '(?:)*', replace: 'xx' } }",
    "{ from: a, match: { pattern: '\\pL{900}[' } }",
    "{ from: a, date: [yyyyyyyyyyyyyyyyyyyyyyyy, '', \"''\", MMMM d h:mm a z] }",
    "{ from: a, template: '{a}{a}{value}{{}}{constructor}' }",
    "{ from: a, split: '', join: x }",
    "{ from: a, map: { __proto__: x, constructor: y }, otherwise: keep }",
    "{ from: a, number: { min: 1e400 } }",
    "{ from: a, truncate: 99999999999999999999 }",
    "{ from: a, truncate: -1 }",
    "{ from: a, hash: { with: md5, length: 1e9 } }",
    "{ from: a, get: __proto__ }",
    "{ from: a, json: true, get: constructor }",
    "{ from: a, zone: '../../etc/passwd' }",
    "{ from: a, multiply: 1e308 }",
    "{ from: a, duration: { unit: years } }",
    "'a.matches(\"^(a+)+$\")'",
    "'a.matches(b)'",
    "'a + a + a + a == b'",
    "'[a].map(x, [x].map(y, [y].map(z, z))) == []'",
    "'constructor.constructor(\"x\")()'",
    "'a.__proto__ == null'",
    "'size(a) / 0 > 1'",
    "'((((((((((((((((((((a))))))))))))))))))))'",
    "SELECT 1; DROP TABLE canary",
    "'{zone}{who}{constructor}'",
    "'../../*'",
    "'***************************************a'",
  ),
);

const cell = fc.oneof(
  fc.constantFrom(...hostileTokens),
  fc.constantFrom(
    '{"__proto__":{"x":1}}',
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
    "<b>".repeat(3000),
    "a".repeat(50_000),
    "&amp".repeat(5000),
    "02/29/2023",
    "2024-03-31 02:30",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
);

/** The folder of a system, as it is shipped but for one file. */
function put({ system, file, mutations: all, lines, override }: MappingInput): {
  folder: string;
  overrides?: string;
} {
  const folder = path.join(ownFolder(), "systems", system);
  const files = Object.entries(systems[system]!);
  // What the input before has changed is written again.
  for (const [name, text] of files) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  const [name, text] = files[file % files.length]!;
  const changed = text.split("\n");
  for (const { line, value } of lines) {
    const at = line % changed.length;
    changed[at] = changed[at]!.replace(/: .*$/, () => `: ${value}`);
  }
  const content = mutate(Buffer.from(changed.join("\n")), all);
  if (!override) {
    writeFileSync(path.join(folder, name), content);
    return { folder };
  }
  const overrides = path.join(ownFolder(), "overrides", system);
  mkdirSync(path.dirname(path.join(overrides, name)), { recursive: true });
  const extended = name === "system.yaml" ? system : `${system}/${path.basename(name, ".yaml")}`;
  writeFileSync(path.join(overrides, name), Buffer.concat([Buffer.from(`extends: ${extended}\n`), content]));
  return { folder, overrides };
}

/** Answers that a target might give, none of them helpful. */
function context(): TargetContext {
  let id = 0;
  return {
    nextId(table) {
      if (++id > 50) throw new IdsExhausted(table);
      return id;
    },
    reference: () => [],
    shared: () => null,
    share: () => undefined,
  };
}

function mapRows(mapping: InboundMapping, cells: readonly string[], into: CanonicalRecord[]): boolean {
  let flagged = false;
  for (let i = 0; i < 3; i++) {
    const row: SourceValue[] = mapping.extract.columns.map(
      (_, j) => cells[(i * 5 + j) % cells.length] ?? null,
    );
    const { key, excluded, record, issues } = mapping.map(row);
    mustHold(excluded !== null || record !== null || issues.length > 0, "a row ends in nothing");
    mustHold(key !== null || excluded !== null || issues.length > 0, "a record without a key has no issue");
    flagged ||= issues.length > 0;
    if (record === null) continue;
    for (const [field, value] of Object.entries(record)) {
      mustHold(
        typeof value !== "string" || value.isWellFormed() || flagged,
        `${field} holds half a character`,
      );
    }
    into.push(record);
  }
  return flagged;
}

function mapBack(mapping: OutboundMapping, records: readonly CanonicalRecord[]): void {
  for (const record of records) {
    const out = { record, targetKeys: {} };
    if (!mapping.applies(out)) continue;
    mapping.excludes(out);
    mapping.project(out);
    try {
      mapping.rows(out, null, context());
    } catch (error) {
      if (!(error instanceof IdsExhausted)) throw error;
    }
  }
}

function use(system: LoadedSystem, cells: readonly string[], large: boolean): Ending {
  let flagged = false;
  const records: CanonicalRecord[] = [];
  for (const mapping of system.inbound) {
    flagged = mapRows(mapping, cells, records) || flagged;
    explainMapping(system, mapping.name);
  }
  for (const mapping of system.outbound) {
    mapBack(mapping, records);
    explainMapping(system, mapping.name);
  }
  // Examples of large systems take longer than all the rest.
  if (!large) checkExamples(system);
  return flagged ? "issues" : "records";
}

const originals = new Map<string, LoadedSystem>();

/** Definitions of systems: shipped ones and small ones, after what can happen to their text, and hostile rows through them. */
export const mappingYaml: Target<MappingInput> = {
  arbitrary: fc.record({
    system: fc.oneof(
      { arbitrary: fc.constantFrom(...names.slice(0, smallOnes)), weight: 60 },
      fc.constantFrom(...names.slice(smallOnes)),
    ),
    file: fc.nat(40),
    mutations: fc.oneof({ arbitrary: fc.constant([]), weight: 3 }, mutations(yamlTokens)),
    lines: fc.array(fc.record({ line: fc.nat(400), value: values }), { maxLength: 2 }),
    override: fc.boolean(),
    values: fc.array(cell, { minLength: 1, maxLength: 12 }),
  }),
  async judge(input) {
    const { system: name } = input;
    const { system, problems } = loadSystem(put(input));
    mustHold((system === null) === problems.length > 0, "neither a system nor a problem");
    mustHold(
      problems.every(({ message, at }) => message !== "" && at !== undefined),
      "a problem without words or place",
    );
    if (system === null) return Promise.resolve("error");
    const ending = use(system, input.values, names.indexOf(name) >= smallOnes);
    const original = originals.get(name);
    if (original === undefined) originals.set(name, system);
    else diffSystems(original, system);
    return Promise.resolve(ending);
  },
};
