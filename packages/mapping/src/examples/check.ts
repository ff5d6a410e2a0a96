import { emptyRecord, entities, type CanonicalValue, type Position } from "@cutover/model";
import { compileInbound } from "../compile/inbound.js";
import { compileOutbound } from "../compile/outbound.js";
import type { FoundIssue, InboundMapping, OutboundMapping, Outgoing, OutRow } from "../contract.js";
import type {
  InboundDef,
  InboundExampleDef,
  OutboundDef,
  OutboundExampleDef,
  PipelineDef,
  SystemDef,
  WriteItemDef,
} from "../definition.js";
import { keyNames, pipelineNames } from "../lint/usage.js";
import { parametersOf, type LoadedSystem } from "../load.js";
import { steps } from "../steps/index.js";
import { canonicalOf, issueDifferences, recordDifferences, sameCell, shown } from "./compare.js";
import { exampleContext } from "./context.js";
import { Coverage, type Uncovered } from "./coverage.js";

export interface ExampleResult {
  readonly name: string;
  readonly at: Position;
  readonly passed: boolean;
  /** What came out otherwise, a sentence each. */
  readonly differences: readonly string[];
}

export interface MappingExamples {
  readonly mapping: string;
  readonly direction: "inbound" | "outbound";
  readonly examples: readonly ExampleResult[];
  readonly uncovered: readonly Uncovered[];
}

export interface ExampleReport {
  readonly passed: number;
  readonly failed: number;
  readonly mappings: readonly MappingExamples[];
}

/** Runs the examples of every mapping, and tells what of each no example shows at work. */
export function checkExamples({ definition }: LoadedSystem): ExampleReport {
  const mappings = [
    ...definition.inbound.map((def) => checkInbound(def, definition)),
    ...definition.outbound.map((def) => checkOutbound(def, definition)),
  ];
  const results = mappings.flatMap(({ examples }) => examples);
  const failed = results.filter(({ passed }) => !passed).length;
  return { passed: results.length - failed, failed, mappings };
}

const resultOf = (
  { name, at }: { readonly name: string; readonly at: Position },
  differences: readonly string[],
): ExampleResult => ({
  name,
  at,
  passed: differences.length === 0,
  differences,
});

function checkInbound(def: InboundDef, system: SystemDef): MappingExamples {
  const coverage = new Coverage(steps);
  const { mapping } = compileInbound(def, { system, parameters: parametersOf(system), trace: coverage });
  if (mapping === null) throw new TypeError(`${def.name} was loaded, and does not compile`);
  const examples = def.examples.map((example) => resultOf(example, runInbound(mapping, def, example)));
  const pipelines = def.fields.map(({ name, pipeline }) => [name, pipeline] as const);
  const uncovered = coverage.uncovered(pipelines, def.exclude, def.checks);
  return { mapping: def.name, direction: "inbound", examples, uncovered };
}

function runInbound(mapping: InboundMapping, def: InboundDef, example: InboundExampleDef): readonly string[] {
  const mapped = mapping.map(def.extract.spec.columns.map(({ name }) => example.given[name] ?? null));
  const differences: string[] = [];
  if (mapped.excluded !== example.excluded) {
    if (mapped.excluded !== null) return [`the rule \`${mapped.excluded}\` excludes the row`];
    differences.push(`the rule \`${example.excluded ?? ""}\` does not exclude the row`);
  }
  if (example.key !== null && mapped.key !== example.key) {
    differences.push(`the key is ${shown(mapped.key)}, not ${shown(example.key)}`);
  }
  if (example.excluded !== null) return differences;
  const fields = entities[def.entity].fields;
  if (example.expect !== null) {
    differences.push(
      ...recordDifferences(example.expect, mapped.record ?? {}, (field) => fields[field]?.kind),
    );
  }
  const issues = mapped.issues.filter((issue) => !isLeftOut(issue, def, example));
  return [...differences, ...issueDifferences(example.issues, issues)];
}

/** An example gives the columns it is about: a key, or a required field, of others is no finding of its own. */
function isLeftOut({ code, field }: FoundIssue, def: InboundDef, example: InboundExampleDef): boolean {
  if (example.issues?.includes(code) === true) return false;
  const isGiven = (name: string): boolean => Object.hasOwn(example.given, name);
  if (code === "missing-key") return !keyNames(def.key).every(isGiven);
  if (code !== "required-field") return false;
  const filling = def.fields.find(({ name }) => name === field);
  return filling === undefined || !pipelineNames(filling.pipeline, steps).every(isGiven);
}

function checkOutbound(def: OutboundDef, system: SystemDef): MappingExamples {
  const coverage = new Coverage(steps);
  const { mapping } = compileOutbound(def, { system, parameters: parametersOf(system), trace: coverage });
  if (mapping === null) throw new TypeError(`${def.name} was loaded, and does not compile`);
  const examples = def.examples.map((example) =>
    resultOf(example, runOutbound(mapping, def, example, system)),
  );
  const uncovered = coverage.uncovered(outboundPipelines(def), def.exclude, []);
  return { mapping: def.name, direction: "outbound", examples, uncovered };
}

const outboundPipelines = (def: OutboundDef): readonly (readonly [string, PipelineDef])[] => [
  ...writePipelines(def.writes),
  ...def.projection.map(({ name, pipeline }) => [name, pipeline] as const),
];

function writePipelines(writes: readonly WriteItemDef[]): readonly (readonly [string, PipelineDef])[] {
  return writes.flatMap((item) => {
    if (item.kind === "write") {
      return item.set.map(({ name, pipeline }) => [`${item.table.spec.name}.${name}`, pipeline] as const);
    }
    return [
      ...item.where.map(({ name, pipeline }) => [`where ${name}`, pipeline] as const),
      ...writePipelines(item.writes),
    ];
  });
}

/** The record an example gives; its references are the target's keys. */
function outgoing(def: OutboundDef, example: OutboundExampleDef): Outgoing {
  const record: Record<string, CanonicalValue> = emptyRecord(def.entity);
  const targetKeys: Record<string, string | readonly string[] | null> = {};
  for (const [name, field] of Object.entries(entities[def.entity].fields)) {
    const value = canonicalOf(field.kind, example.given[name]);
    record[name] = value;
    if (field.kind === "ref" || field.kind === "refs")
      targetKeys[name] = value as string | readonly string[] | null;
  }
  return { record, targetKeys };
}

function runOutbound(
  mapping: OutboundMapping,
  def: OutboundDef,
  example: OutboundExampleDef,
  system: SystemDef,
): readonly string[] {
  const out = outgoing(def, example);
  if (!mapping.applies(out)) return ["the record is not this mapping's: its `when` does not hold"];
  const excluded = mapping.excludes(out);
  if (excluded !== example.excluded) {
    return [
      excluded === null
        ? `the rule \`${example.excluded ?? ""}\` does not exclude the record`
        : `the rule \`${excluded}\` excludes the record`,
    ];
  }
  if (excluded !== null) return [];
  const fields = entities[def.entity].fields;
  const projected = mapping.project(out).record;
  const { targetKey, rows, issues } = mapping.rows(out, null, exampleContext(system, example));
  return [
    ...(example.key === null || example.key === targetKey
      ? []
      : [`the key is ${shown(targetKey)}, not ${shown(example.key)}`]),
    ...rowDifferences(example, rows),
    ...recordDifferences(example.projected ?? {}, projected, (field) => fields[field]?.kind),
    ...issueDifferences(example.issues, issues),
  ];
}

function rowDifferences({ expect }: OutboundExampleDef, rows: readonly OutRow[]): readonly string[] {
  return Object.entries(expect ?? {}).flatMap(([table, wanted]) => {
    const found = rows.filter((row) => row.table.name === table);
    if (found.length !== wanted.length) {
      return [`\`${table}\` gets ${found.length} row(s), not ${wanted.length}`];
    }
    return wanted.flatMap((expected, i) =>
      Object.entries(expected).flatMap(([column, value]) => {
        const row = found[i]!;
        const got =
          column === row.table.id && row.values[column] === undefined ? row.id : (row.values[column] ?? null);
        if (sameCell(value, got)) return [];
        return [`\`${table}.${column}\` is ${shown(got)}, not ${shown(value)}`];
      }),
    );
  });
}
