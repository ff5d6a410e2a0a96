import type { SourceValue } from "@cutover/model";
import { compileInbound } from "./compile/inbound.js";
import { compileOutbound } from "./compile/outbound.js";
import type { Mapped, Outgoing, Projection, Rows } from "./contract.js";
import type { CompileContext, StepDef, Trace } from "./definition.js";
import { exampleContext } from "./examples/context.js";
import { stepInWords } from "./explain/pipeline.js";
import { unknownValues, type UnknownValue } from "./explain/unknown-values.js";
import { parametersOf, type LoadedSystem } from "./load.js";
import { steps } from "./steps/index.js";

/** What one step made of a value, for one field or column. */
export interface StepEffect {
  readonly field: string;
  readonly step: string;
  /** What the step does, in words. */
  readonly how: string;
  readonly input: unknown;
  readonly output: unknown;
}

class Effects implements Trace {
  seen: StepEffect[] = [];

  step(field: string, step: StepDef, input: unknown, output: unknown): void {
    this.seen.push({ field, step: step.name, how: stepInWords(step, steps), input, output });
  }

  rule(): void {}

  check(): void {}

  take(): readonly StepEffect[] {
    const { seen } = this;
    this.seen = [];
    return seen;
  }
}

function traced(system: LoadedSystem): { readonly effects: Effects; readonly context: CompileContext } {
  const effects = new Effects();
  const { definition } = system;
  return { effects, context: { system: definition, parameters: parametersOf(definition), trace: effects } };
}

export interface InboundPreview {
  readonly mapped: Mapped;
  readonly effects: readonly StepEffect[];
}

/** An inbound mapping that also tells each step's effect. Null where the system has no such mapping. */
export function previewInbound(
  system: LoadedSystem,
  name: string,
): ((row: readonly SourceValue[]) => InboundPreview) | null {
  const { effects, context } = traced(system);
  const def = system.definition.inbound.find((one) => one.name === name);
  const { mapping } = def === undefined ? { mapping: null } : compileInbound(def, context);
  if (mapping === null) return null;
  return (row) => {
    const mapped = mapping.map(row);
    return { mapped, effects: effects.take() };
  };
}

export interface OutboundPreview {
  readonly mapping: string;
  readonly excluded: string | null;
  readonly rows: Rows | null;
  readonly projection: Projection | null;
  readonly effects: readonly StepEffect[];
  /** Values that only the target knows, by `table.column`: those in the rows stand for them. */
  readonly unknown: ReadonlyMap<string, UnknownValue>;
}

type ReferenceRows = Readonly<Record<string, readonly Readonly<Record<string, SourceValue>>[]>>;

/**
 * The outbound half, telling each step's effect: the rows a record would be in an empty target, whose new
 * ids count from 1001. `references`: rows of the target's reference tables, where they are known.
 */
export function previewOutbound(
  system: LoadedSystem,
  entity: string,
  references: ReferenceRows,
): (out: Outgoing) => OutboundPreview | null {
  const { effects, context } = traced(system);
  const mappings = system.definition.outbound
    .filter((def) => def.entity === entity)
    .flatMap((def) => compileOutbound(def, context).mapping ?? []);
  return (out) => {
    const mapping = mappings.find((one) => one.applies(out));
    if (mapping === undefined) return null;
    const unknown = unknownValues(system.definition.outbound.find(({ name }) => name === mapping.name)!);
    const excluded = mapping.excludes(out);
    effects.take();
    if (excluded !== null)
      return { mapping: mapping.name, excluded, rows: null, projection: null, effects: [], unknown };
    const rows = mapping.rows(out, null, exampleContext(system.definition, { references, there: {} }));
    const told = effects.take();
    return {
      mapping: mapping.name,
      excluded,
      rows,
      projection: mapping.project(out),
      effects: told,
      unknown,
    };
  };
}
