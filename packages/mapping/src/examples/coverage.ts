import type { Position } from "@cutover/model";
import type { CheckDef, PipelineDef, RuleDef, StepDef, Trace } from "../definition.js";
import { allSteps, type Steps } from "../lint/usage.js";

/** A part of a mapping that no example shows at work. */
export interface Uncovered {
  readonly kind: "step" | "map entry" | "check" | "exclusion";
  /** `status: map`, `status: Completed`, the rule's or the check's name. */
  readonly what: string;
  readonly at: Position;
}

const placeOf = ({ at }: { readonly at: Position }): string => `${at.file}:${at.line ?? 0}:${at.column ?? 0}`;

/** Watches the examples of one mapping. */
export class Coverage implements Trace {
  /** By place, for an example with parameters of its own is run by another compilation. */
  readonly #seen = new Set<string>();
  readonly #entries = new Map<string, Set<string>>();
  readonly #steps: Steps;

  constructor(steps: Steps) {
    this.#steps = steps;
  }

  step(_field: string, step: StepDef, input: unknown): void {
    // A default is at work where there is nothing; most other steps, where there is something.
    const works =
      step.name === "default" ? input === null : input !== null || this.#steps.get(step.name)?.takesNull;
    if (works !== true) return;
    this.#seen.add(placeOf(step));
    if (step.name !== "map") return;
    const entries = this.#entries.get(placeOf(step)) ?? new Set();
    for (const value of Array.isArray(input) ? (input as unknown[]) : [input]) entries.add(String(value));
    this.#entries.set(placeOf(step), entries);
  }

  rule(rule: RuleDef, excluded: boolean): void {
    if (excluded) this.#seen.add(placeOf(rule));
  }

  /** A check is shown at work by an example that breaks it. */
  check(check: CheckDef, held: boolean): void {
    if (!held) this.#seen.add(placeOf(check));
  }

  uncovered(
    pipelines: readonly (readonly [name: string, pipeline: PipelineDef])[],
    rules: readonly RuleDef[],
    checks: readonly CheckDef[],
  ): readonly Uncovered[] {
    return [
      ...pipelines.flatMap(([name, pipeline]) =>
        allSteps(pipeline).flatMap((step) => this.#ofStep(name, step)),
      ),
      ...rules
        .filter((rule) => !this.#seen.has(placeOf(rule)))
        .map(({ rule, at }): Uncovered => ({ kind: "exclusion", what: rule, at })),
      ...checks
        .filter((check) => !this.#seen.has(placeOf(check)))
        .map((check): Uncovered => ({ kind: "check", what: check.name ?? check.that.text, at: check.at })),
    ];
  }

  #ofStep(name: string, step: StepDef): readonly Uncovered[] {
    if (!this.#seen.has(placeOf(step))) return [{ kind: "step", what: `${name}: ${step.name}`, at: step.at }];
    if (step.name !== "map") return [];
    const seen = this.#entries.get(placeOf(step)) ?? new Set();
    return Object.keys(step.arg as Readonly<Record<string, unknown>>)
      .filter((key) => !seen.has(key))
      .map((key) => ({
        kind: "map entry",
        what: `${name}: ${key}`,
        at: step.positions.get(`/map/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`) ?? step.at,
      }));
  }
}
