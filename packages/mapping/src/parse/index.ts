import type { Position, Problem } from "@cutover/model";
import type { InboundDef, OutboundDef, StepInfo, SystemDef } from "../definition.js";
import type { JsonSchema } from "../schema/common.js";
import { inboundSchema, outboundSchema } from "../schema/mapping.js";
import { readSystemFiles, type SourceFile } from "../source/files.js";
import { ParseContext } from "./context.js";
import type { ParameterValue } from "./parameters.js";
import { parseInbound } from "./inbound.js";
import { parseOutbound } from "./outbound.js";
import { parseSystem } from "./system.js";

export interface ParseOptions {
  readonly folder: string;
  readonly overrides?: string | undefined;
  readonly parameters?: Readonly<Record<string, ParameterValue>> | undefined;
  /** Where the parameters are given: what is wrong with one is told there. */
  readonly parametersAt?: Readonly<Record<string, Position>> | undefined;
}

export interface ParsedSystem {
  readonly system: SystemDef | null;
  readonly problems: readonly Problem[];
  /** Mappings whose structure has faults: they are linted as far as they go, and not compiled. */
  readonly faulty: ReadonlySet<string>;
}

/** Reads a system's files into its definition: YAML, overrides, parameters and structure, in this order. */
export function parseSystemFiles(options: ParseOptions, steps: ReadonlyMap<string, StepInfo>): ParsedSystem {
  const files = readSystemFiles(options.folder, options.overrides);
  const context = new ParseContext(steps);
  context.problems.push(...files.problems);
  const faulty = new Set<string>();
  if (files.system === null) {
    if (files.problems.length === 0) {
      context.problem({ file: `${options.folder}/system.yaml` }, "there is no system.yaml in this folder");
    }
    return { system: null, problems: context.problems, faulty };
  }
  const base = parseSystem(files.system, options, context);
  const all = <D extends { readonly name: string }>(
    sources: readonly SourceFile[],
    schema: JsonSchema,
    parse: (file: SourceFile, schema: JsonSchema, system: typeof base, context: ParseContext) => D | null,
  ): readonly D[] =>
    sources.flatMap((source) => {
      const before = context.problems.length;
      const def = parse(source, schema, base, context);
      if (def !== null && context.problems.length > before) faulty.add(def.name);
      return def ?? [];
    });
  const schemas = schemasOf(steps);
  const inbound = all<InboundDef>(files.inbound, schemas.inbound, parseInbound);
  const outbound = all<OutboundDef>(files.outbound, schemas.outbound, parseOutbound);
  return { system: { ...base, inbound, outbound }, problems: context.problems, faulty };
}

interface Schemas {
  readonly inbound: JsonSchema;
  readonly outbound: JsonSchema;
}

const known = new WeakMap<ReadonlyMap<string, StepInfo>, Schemas>();

/** The same objects each time, so that they are compiled to validators once. */
function schemasOf(steps: ReadonlyMap<string, StepInfo>): Schemas {
  let schemas = known.get(steps);
  if (schemas === undefined) {
    schemas = { inbound: inboundSchema(steps), outbound: outboundSchema(steps) };
    known.set(steps, schemas);
  }
  return schemas;
}
