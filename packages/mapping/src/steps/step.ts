import type { Field, IssueCode } from "@cutover/model";
import type { ReferenceDef, StepDef, StepInfo } from "../definition.js";
import type { Getter, Scope } from "../scope.js";
import { toText, type Failed, type Value, type ValueKind } from "../value.js";

/** Which way values go: source to canonical, canonical to target, or canonical to canonical (a projection). */
export type Direction = "inbound" | "outbound" | "projection";

/** What a step is told when it is compiled, once. */
export interface StepContext {
  readonly direction: Direction;
  /** What is known of the value it will be given. */
  readonly input: ValueKind;
  /** The canonical field the pipeline fills (inbound, projection) or begins with (outbound), where there is one. */
  readonly field: Field | null;
  /** A column, canonical field, alias's column or parameter by name. Throws StepError for an unknown name. */
  getter(name: string, pointer: string): Getter;
  /** `param.x` gives the parameter's value; any other text gives itself. */
  text(value: string, pointer: string): string;
  /** For a step of steps: applies its inner steps to one value, null passing by the steps that do not take it. */
  inner(): (value: Value, scope: Scope) => Value | Failed;
  /** A declared reference table of the target. Throws StepError for an unknown one. */
  reference(name: string, pointer: string): ReferenceDef;
}

/** A step made ready for one place in one pipeline. */
export interface CompiledStep {
  /** The step itself. Its value is null only where the step takes null. */
  readonly forward: (value: Value, scope: Scope) => Value | Failed;
  /**
   * What the value before the step will read as, told from the value after it: the loss the step
   * declares. Absent where it cannot be told.
   */
  readonly back?: ((after: Value, scope: Scope) => Value) | undefined;
  /** The target answers for the step (a lookup): what it was given is what is read back. */
  readonly opaque?: boolean | undefined;
  /** Of a step that takes every text: the most code points it leaves. */
  readonly atMost?: number | undefined;
  /** What is lost on the way, for the fidelity report; null where nothing is. */
  readonly loss?: string | null | undefined;
}

/** An example of the reference page; each is run as a test. */
export interface StepExample {
  /** The step as it stands in a mapping: `{ date: "MM/dd/yyyy HH:mm", zone: "America/New_York" }`. */
  readonly step: Readonly<Record<string, unknown>>;
  readonly given: Value;
  readonly gives?: Value;
  /** The issue it ends in, in place of a value. */
  readonly issue?: IssueCode;
  /** `outbound` where the step works the other way; inbound otherwise. */
  readonly direction?: Direction;
  /** What the value will read back as. */
  readonly back?: Value;
  /** Values of other names the step reads. */
  readonly names?: Readonly<Record<string, Value>>;
  /** Rows of the reference tables the step looks into. */
  readonly references?: Readonly<Record<string, readonly Readonly<Record<string, string | number | null>>[]>>;
  /** What is known of the value given. */
  readonly input?: ValueKind;
  readonly field?: Field;
}

/** A step of the mapping language: one file each under `steps/`. */
export interface Step extends StepInfo {
  /** Kinds it takes; a value of another kind is an error of the mapping. A text step takes any scalar, as text. */
  readonly takes: readonly ValueKind[];
  /** Whether it is given null too; otherwise null passes it by. */
  readonly takesNull: boolean;
  /** Whether it is given a list as a whole; otherwise it works on a list's items one by one. */
  readonly whole: boolean;
  /**
   * Whether it changes the form of a value from one side to the other: then in a projection, canonical to
   * canonical, it goes to the target's form and back.
   */
  readonly converts: boolean;
  /** The kind it gives. */
  gives(step: StepDef, input: ValueKind, direction: Direction): ValueKind;
  /** Names of columns, fields or aliases its argument and options read, with the place of each by JSON pointer. */
  names(step: StepDef): readonly { readonly name: string; readonly pointer: string }[];
  readonly examples: readonly StepExample[];
  compile(step: StepDef, context: StepContext): CompiledStep;
}

/** What is wrong with a step's argument; the compiler adds the place. */
export class StepError extends Error {
  override readonly name = "StepError";
  readonly pointer: string;
  readonly remedy: string | undefined;

  constructor(message: string, pointer: string, remedy?: string) {
    super(message);
    this.pointer = pointer;
    this.remedy = remedy;
  }
}

type Declared = Pick<Step, "name" | "version" | "doc" | "schema" | "explain" | "examples" | "compile"> &
  Partial<
    Pick<Step, "options" | "takes" | "takesNull" | "whole" | "converts" | "gives" | "names" | "ofSteps">
  >;

/** Kinds a step that works on text takes: all that have one plain text. */
export const scalars: readonly ValueKind[] = [
  "any",
  "text",
  "one of",
  "integer",
  "decimal",
  "boolean",
  "date",
  "instant",
  "moment",
  "duration",
  "ref",
];

/** Lists whose items a text step works on one by one. */
export const lists: readonly ValueKind[] = ["list", "refs"];

/** Declares a step; without more, it takes text and gives text. */
export const declareStep = (step: Declared): Step => ({
  options: {},
  takes: [...scalars, ...lists],
  takesNull: false,
  whole: false,
  converts: false,
  gives: (_step, input) => (lists.includes(input) ? input : "text"),
  names: () => [],
  ...step,
});

/** A text step's work: any scalar is taken as its text. */
export const onText =
  (work: (text: string, scope: Scope) => Value | Failed) =>
  (value: Value, scope: Scope): Value | Failed => {
    if (typeof value === "string") return work(value, scope);
    const text = toText(value);
    return text === null ? scope.fail("bad-value", "text is needed here") : work(text, scope);
  };

/** What is read back is what was written. */
export const same = (after: Value): Value => after;

/** Names in braces of a template, `value` left out. */
export const bracedNames = (template: string): readonly string[] =>
  [...template.replaceAll("{{", "").matchAll(/\{([^{}]*)\}/g)]
    .map((match) => match[1]!.trim())
    .filter((name) => name !== "value");
