import {
  entities,
  fieldNames,
  recordOf,
  type CanonicalValue,
  type Column,
  type SourceValue,
} from "@cutover/model";
import type { FoundIssue, InboundMapping, MappedValues } from "../contract.js";
import type { CompileContext, CompileInbound, InboundDef } from "../definition.js";
import { celValue } from "../expression.js";
import { Scope, type Getter } from "../scope.js";
import { failed, type ValueKind } from "../value.js";
import { columnGetter } from "./columns.js";
import { pipelineNames } from "../lint/usage.js";
import { steps } from "../steps/index.js";
import { Conditions, type Condition } from "./condition.js";
import { compileFinish, type Finish } from "./finish.js";
import { compileKey } from "./key.js";
import { rowKey } from "./row-key.js";
import type { Names } from "./names.js";
import { parameterMap, parameterNames, resolveParameter } from "./parameters.js";
import { compilePipeline } from "./pipeline.js";
import { Problems } from "./problems.js";

const noIssues: readonly FoundIssue[] = [];

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
    const { run, kind, steps: placed } = compilePipeline(pipeline, place);
    const isFormed = kind === field.kind && placed.at(-1)?.step.converts === true;
    return [{ name, run, finish: compileFinish(field, isFormed) }];
  });
  const places = new Map(filled.map(({ name }, place) => [name, place]));
  const checked = new Conditions(canonicalNames(def, context, places), problems);
  const checks = def.checks.map((check) => ({
    check,
    holds: checked.compile(check.that, check.name ?? check.because),
  }));
  if (problems.found.length > 0) return { mapping: null, problems: problems.found };

  const fields = filled.map(({ name }) => name);
  const values = mapper(def, context, { rules, key, filled, checks });
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
      const { key: made, excluded, issues, values: found } = values(row);
      const record = found === null ? null : recordOf(def.entity, fields, found);
      return { key: made, excluded, record, issues };
    },
    values,
  } satisfies InboundMapping;
  return { mapping, problems: [] };
};

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

interface Parts {
  readonly rules: readonly { readonly rule: InboundDef["exclude"][number]; readonly holds: Condition }[];
  readonly key: (scope: Scope) => string | null;
  readonly filled: readonly { readonly name: string; readonly run: Getter; readonly finish: Finish }[];
  readonly checks: readonly { readonly check: InboundDef["checks"][number]; readonly holds: Condition }[];
}

function mapper(def: InboundDef, { trace }: CompileContext, { rules, key, filled, checks }: Parts) {
  const scope = new Scope();
  const unfilled = fieldNames(def.entity).filter(
    (name) =>
      entities[def.entity].fields[name]!.required === true && !filled.some((field) => field.name === name),
  );
  return (row: readonly SourceValue[]): MappedValues => {
    scope.row = row;
    scope.takeIssues();
    scope.field = null;
    const recordKey = key(scope);
    if (recordKey === null && !scope.hasIssues) scope.note("missing-key", "flag", null);
    for (let i = 0; i < rules.length; i += 1) {
      const { rule, holds } = rules[i]!;
      const excluded = holds(scope) === true;
      trace?.rule(rule, excluded);
      if (excluded) return { key: recordKey, excluded: rule.rule, values: null, issues: noIssues };
    }
    const values: CanonicalValue[] = [];
    for (let i = 0; i < filled.length; i += 1) {
      const { name, run, finish } = filled[i]!;
      scope.field = name;
      const value = run(scope);
      values.push(value === failed ? null : finish(value, scope));
    }
    for (const name of unfilled) {
      scope.field = name;
      scope.note("required-field", "flag", null);
    }
    scope.field = null;
    if (checks.length > 0) {
      scope.values = values;
      for (let i = 0; i < checks.length; i += 1) {
        const { check, holds } = checks[i]!;
        const held = holds(scope);
        if (held === false) scope.note("check-failed", check.otherwise, check.name ?? check.because);
        if (held !== null) trace?.check(check, held);
      }
    }
    return { key: recordKey, excluded: null, values, issues: scope.takeIssues() };
  };
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
    variable: (root) => {
      const kind = fields[root]?.kind;
      if (kind === undefined) return () => parametersMap;
      const place = places.get(root);
      return place === undefined ? () => null : ({ values }) => celValue(values[place]!, kind);
    },
    hasMember: (root, member) => (root === "param" ? Object.hasOwn(parameters, member) : null),
  };
}
