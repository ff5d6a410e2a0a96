import { entities } from "@cutover/model";
import type { InboundDef, SystemDef } from "../definition.js";
import { lintComparisons } from "./comparisons.js";
import { kindOfColumn, lintExampleValue, lintKind, type KindScope } from "./kinds.js";
import type { Linter } from "./linter.js";
import { allSteps, keyNames, pipelineNames, ruleNames, type Steps } from "./usage.js";

export function lintInbound(def: InboundDef, steps: Steps, lint: Linter): void {
  const fields = entities[def.entity].fields;
  const columns = def.extract.spec.columns.map((column) => column.name);
  const extract = `extract \`${def.extract.spec.name}\``;
  const filled = new Set<string>();
  const kinds = new Map(def.extract.spec.columns.map((column) => [column.name, kindOfColumn(column)]));
  const scope: KindScope = { direction: "inbound", kindOf: (name) => kinds.get(name) ?? "any", steps };
  for (const { name, at, pipeline } of def.fields) {
    lint.expect(name, Object.keys(fields), at, `entity \`${def.entity}\``);
    filled.add(name);
    const field = fields[name];
    if (field !== undefined) lintKind(name, pipeline, field, scope, lint);
    for (const step of allSteps(pipeline)) {
      if (step.name !== "lookup") continue;
      lint.problem(step.at, "`lookup` asks the target, which an inbound mapping does not know");
    }
  }
  for (const [name, field] of Object.entries(fields)) {
    if (field.required !== true || filled.has(name)) continue;
    lint.problem(def.at, `required field \`${name}\` of \`${def.entity}\` is never filled`);
  }
  for (const name of keyNames(def.key)) {
    if (!name.startsWith("param.")) lint.expect(name, columns, def.key.at, extract);
  }
  const used = new Set(usedColumns(def, steps));
  for (const [column, { at }] of def.ignore) {
    if (!lint.expect(column, columns, at, extract) || !used.has(column)) continue;
    lint.warning(at, `column \`${column}\` is ignored, and used all the same`);
  }
  for (const { that } of def.checks) lintComparisons(that, fields, lint);
  lintExamples(def, lint);
}

/** Columns the mapping reads, in whatever place. */
const usedColumns = (def: InboundDef, steps: Steps): readonly string[] => [
  ...keyNames(def.key),
  ...ruleNames(def.exclude),
  ...def.fields.flatMap(({ pipeline }) => pipelineNames(pipeline, steps)),
];

function lintExamples(def: InboundDef, lint: Linter): void {
  const rules = def.exclude.map(({ rule }) => rule);
  for (const example of def.examples) {
    const at = (pointer: string) => example.positions.get(pointer) ?? example.at;
    for (const [field, value] of Object.entries(example.expect ?? {})) {
      const { fields } = entities[def.entity];
      const place = at(`/expect/${field}`);
      lint.expect(field, Object.keys(fields), place, `entity \`${def.entity}\``);
      lintExampleValue(field, value, fields[field], place, lint);
    }
    if (example.excluded !== null) {
      lint.expect(example.excluded, rules, at("/excluded"), `\`exclude\` of \`${def.name}\``);
    }
  }
}

/** A column must be used by a mapping of its extract, or ignored with a reason. */
export function lintColumns(system: SystemDef, steps: Steps, lint: Linter): void {
  for (const extract of system.extracts.values()) {
    const { name, columns } = extract.spec;
    const readers = system.inbound.filter((def) => def.extract === extract);
    const first = readers[0];
    if (first === undefined) {
      lint.warning(extract.at, `extract \`${name}\` is read by no mapping`);
      continue;
    }
    const known = new Set(extract.ignore.keys());
    if (extract.spec.changed !== undefined) known.add(extract.spec.changed);
    for (const def of readers) {
      for (const column of [...usedColumns(def, steps), ...def.ignore.keys()]) known.add(column);
    }
    for (const column of columns) {
      if (known.has(column.name)) continue;
      const where =
        readers.length === 1 ? "" : ` by any of ${readers.map((def) => `\`${def.name}\``).join(", ")}`;
      lint.problem(
        first.at,
        `column \`${column.name}\` of extract \`${name}\` is neither mapped nor ignored${where}`,
        "Map it, or name it under `ignore` with the reason.",
      );
    }
  }
}
