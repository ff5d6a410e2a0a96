import type { Position } from "@cutover/model";
import { compileInbound } from "../compile/inbound.js";
import { compileOutbound } from "../compile/outbound.js";
import type { InboundDef, OutboundDef, PipelineDef, WriteItemDef } from "../definition.js";
import type { LoadedSystem } from "../load.js";
import { steps } from "../steps/index.js";
import { compilerOf } from "./compiled.js";
import { Coverage, type Uncovered } from "./coverage.js";
import { runInbound } from "./run-inbound.js";
import { runOutbound } from "./run-outbound.js";

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
export function checkExamples(system: LoadedSystem): ExampleReport {
  const { definition } = system;
  const mappings = [
    ...definition.inbound.map((def) => checkInbound(def, system)),
    ...definition.outbound.map((def) => checkOutbound(def, system)),
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

function checkInbound(def: InboundDef, system: LoadedSystem): MappingExamples {
  const coverage = new Coverage(steps);
  const compiled = compilerOf(system, ({ inbound }) => inbound, compileInbound, coverage);
  const examples = def.examples.map((example) =>
    resultOf(example, runInbound(compiled(def.name, example).mapping, def, example)),
  );
  const pipelines = def.fields.map(({ name, pipeline }) => [name, pipeline] as const);
  const uncovered = coverage.uncovered(pipelines, def.exclude, def.checks);
  return { mapping: def.name, direction: "inbound", examples, uncovered };
}

function checkOutbound(def: OutboundDef, system: LoadedSystem): MappingExamples {
  const coverage = new Coverage(steps);
  const compiled = compilerOf(system, ({ outbound }) => outbound, compileOutbound, coverage);
  const examples = def.examples.map((example) => {
    const { mapping, definition } = compiled(def.name, example);
    return resultOf(example, runOutbound(mapping, def, example, definition));
  });
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
