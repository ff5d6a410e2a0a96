import { entities, recordAt, type Column } from "@cutover/model";
import type { InboundMapping, SaidOfRow } from "../contract.js";
import type { CompileContext, CompileInbound, InboundDef } from "../definition.js";
import { celValue } from "../expression.js";
import type { ValueKind } from "../value.js";
import { columnGetter } from "./columns.js";
import { pipelineNames } from "../lint/usage.js";
import { steps } from "../steps/index.js";
import { Conditions } from "./condition.js";
import { compileFinish } from "./finish.js";
import { compileKey } from "./key.js";
import { rowKey } from "./row-key.js";
import type { Names } from "./names.js";
import { parameterMap, parameterNames, resolveParameter } from "./parameters.js";
import { pageMapper } from "./page.js";
import { compilePipeline, type Pipeline } from "./pipeline.js";
import { Problems } from "./problems.js";

/** What is said of a row of which there is nothing to say. */
const sound: SaidOfRow = { excluded: null, isMapped: true, issues: [] };

/** Compiles an inbound mapping to a function from a source row to a canonical record. */
export const compileInbound: CompileInbound = (def, context) => {
  const problems = new Problems();
  const names = sourceNames(def, context);
  const conditions = new Conditions(names, problems);
  const shared = { direction: "inbound", names, conditions, problems, context } as const;

  const rules = def.exclude.map((rule) => ({
    rule,
    holds: conditions.compile(rule.when, `exclude: ${rule.rule}`),
  }));
  const key = compileKey(def.key, names, problems);
  const declared = entities[def.entity].fields;
  const filled = def.fields.flatMap(({ name, pipeline }) => {
    const field = declared[name];
    if (field === undefined) return [];
    const place = { ...shared, label: name, field };
    const compiled = compilePipeline(pipeline, place);
    const { run, kind, steps: placed } = compiled;
    const formed = placed.at(-1)?.step.converts === true ? kind : null;
    return [{ name, run, finish: compileFinish(field, formed), column: onlyColumn(def, compiled) }];
  });
  const places = new Map(filled.map(({ name }, place) => [name, place]));
  const checked = new Conditions(canonicalNames(def, context, places), problems);
  const checks = def.checks.map((check) => ({
    check,
    holds: checked.compile(check.that, check.name ?? check.because),
  }));
  if (problems.found.length > 0) return { mapping: null, problems: problems.found };

  const fields = filled.map(({ name }) => name);
  const page = pageMapper(def, context, { rules, key, filled, checks });
  const mapping = {
    name: def.name,
    entity: def.entity,
    file: def.file,
    extract: def.extract.spec,
    fields,
    columns: columnsOf(def),
    key: rowKey(def, key),
    exclusions: new Map(def.exclude.map(({ rule, because }) => [rule, because])),
    map: (row) => {
      const { keys, values, said } = page([row]);
      const { excluded, isMapped, issues } = said.get(0) ?? sound;
      const record = isMapped ? recordAt(def.entity, fields, values, 0) : null;
      return { key: keys[0]!, excluded, record, issues };
    },
    page,
  } satisfies InboundMapping;
  return { mapping, problems: [] };
};

/** The place of the one column on whose value alone a pipeline depends; null where there is more to it. */
function onlyColumn({ extract }: InboundDef, { origin, when, steps: placed }: Pipeline): number | null {
  if (origin === null || when !== null || !placed.every(({ alone }) => alone)) return null;
  const place = extract.spec.columns.findIndex(({ name }) => name === origin.name);
  return place < 0 ? null : place;
}

/** The columns of the extract that each field's pipeline reads. */
function columnsOf(def: InboundDef): InboundMapping["columns"] {
  const known = new Set(def.extract.spec.columns.map(({ name }) => name));
  return new Map(
    def.fields.map(({ name, pipeline }) => [
      name,
      [...new Set(pipelineNames(pipeline, steps))].filter((column) => known.has(column)),
    ]),
  );
}

/** Columns of the extract, and parameters. */
function sourceNames({ extract }: InboundDef, { parameters }: CompileContext): Names {
  const columns = new Map(extract.spec.columns.map((column, index) => [column.name, { column, index }]));
  const parametersMap = parameterMap(parameters);
  return {
    resolve: (name) => {
      const found = columns.get(name);
      if (found === undefined) return resolveParameter(parameters, name);
      return { get: columnGetter(found.index, found.column), kind: kindOfColumn(found.column) };
    },
    known: () => [...columns.keys(), ...parameterNames(parameters)],
    roots: () => [...columns.keys(), ...(columns.has("param") ? [] : ["param"])],
    variable: (root) => {
      const found = columns.get(root);
      if (found === undefined) return () => parametersMap;
      const { index, column } = found;
      return ({ row }) => {
        const value = row[index] ?? null;
        return value === "" ? null : celValue(value, column.type);
      };
    },
    hasMember: (root, member) =>
      root === "param" && !columns.has("param") ? Object.hasOwn(parameters, member) : null,
  };
}

/** What is known of a column's values: a typed database column is of that kind, a file's columns are text. */
function kindOfColumn({ type }: Column): ValueKind {
  switch (type) {
    case "text":
      return "text";
    case "boolean":
      return "boolean";
    default:
      return "any";
  }
}

/** Canonical fields, for checks. */
function canonicalNames(
  { entity }: InboundDef,
  { parameters }: CompileContext,
  places: ReadonlyMap<string, number>,
): Names {
  const { fields } = entities[entity];
  const parametersMap = parameterMap(parameters);
  return {
    resolve: () => null,
    known: () => [...Object.keys(fields), ...parameterNames(parameters)],
    roots: () => [...Object.keys(fields), "param"],
    variable: (root, _members, onlyNull) => {
      const declared = fields[root]?.kind;
      if (declared === undefined) return () => parametersMap;
      const place = places.get(root);
      // A decimal need not be told from a text by who asks whether there is one.
      const kind = onlyNull && declared === "decimal" ? "text" : declared;
      return place === undefined ? () => null : (scope) => celValue(scope.values[place]![scope.place]!, kind);
    },
    hasMember: (root, member) => (root === "param" ? Object.hasOwn(parameters, member) : null),
  };
}
