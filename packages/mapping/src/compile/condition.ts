import type { ExpressionDef } from "../definition.js";
import { ExpressionCompiler, ExpressionError, internal } from "../expression.js";
import { isShort, remembered } from "../remembered.js";
import type { Scope } from "../scope.js";
import type { Names } from "./names.js";
import type { Problems } from "./problems.js";

/** Whether an expression holds; null where it could not be evaluated on the record. */
export type Condition = (scope: Scope) => boolean | null;

/** Stands for the variable of an expression that has none. */
const nothing = ["", (): unknown => null] as const;

/** Variables an expression asks only for whether they are null: few, for each doubles what is remembered. */
const mostOfNull = 4;

/** Compiles the expressions of one place of a mapping, where the same names are known. */
export class Conditions {
  readonly #names: Names;
  readonly #problems: Problems;
  #compiler: ExpressionCompiler | null = null;

  constructor(names: Names, problems: Problems) {
    this.#names = names;
    this.#problems = problems;
  }

  /** `what` names the expression in the issue of a record it fails on. */
  compile(def: ExpressionDef, what: string): Condition {
    const compiler = (this.#compiler ??= new ExpressionCompiler(this.#names.roots()));
    let expression: ReturnType<ExpressionCompiler["compile"]>;
    try {
      expression = compiler.compile(def.text);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.#problems.expression(def, error, this.#names.roots());
      return () => null;
    }
    for (const member of expression.members) {
      const [root, name] = member.split(".") as [string, string];
      if (this.#names.hasMember(root, name) === false) {
        const known = this.#names.known().filter((each) => each.startsWith(`${root}.`));
        this.#problems.unknown(def.at, "the expression names", member, known);
      }
    }

    const { members } = expression;
    const readers = expression.roots.map((root) => {
      const own = members.flatMap((member) =>
        member.startsWith(`${root}.`) ? member.slice(root.length + 1) : [],
      );
      return [internal(root), this.#names.variable(root, own, expression.onlyNull.includes(root))] as const;
    });
    // One object for all records: evaluation is synchronous and keeps nothing.
    const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    const evaluate = (): boolean | undefined => {
      try {
        const result = expression.evaluate(values);
        if (typeof result === "boolean") return result;
      } catch {
        // Told by who asked: the library's message may hold a value.
      }
      return undefined;
    };
    const evaluateWith = (name: string) => (value: unknown) => {
      values[name] = value;
      return evaluate();
    };
    const fail = (scope: Scope): null => {
      scope.note("expression-failed", "flag", what);
      return null;
    };
    const ofNull = readers.filter((_, i) => expression.onlyNull.includes(expression.roots[i]!));
    const ofValue = readers.filter((reader) => !ofNull.includes(reader));
    const [only = nothing] = ofValue;
    if (ofValue.length <= 1 && ofNull.length <= mostOfNull) {
      const [name, read] = only;
      const may = this.#names.remember === true ? () => true : isShort;
      // One memory for each way in which the others are null or not.
      const holds = Array.from({ length: 1 << ofNull.length }, () => remembered(evaluateWith(name)));
      return (scope) => {
        let way = 0;
        for (let i = 0; i < ofNull.length; i += 1) {
          const [other, readOther] = ofNull[i]!;
          const value = readOther(scope);
          values[other] = value;
          if (value !== null) way |= 1 << i;
        }
        const value = read(scope);
        return (may(value) ? holds[way]!(value) : evaluateWith(name)(value)) ?? fail(scope);
      };
    }
    return (scope) => {
      for (let i = 0; i < readers.length; i += 1) {
        const [name, read] = readers[i]!;
        values[name] = read(scope);
      }
      return evaluate() ?? fail(scope);
    };
  }
}
