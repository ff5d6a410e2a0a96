import { Environment, type ASTNode } from "@marcbachmann/cel-js";
import type { RE2JS } from "re2js";
import type { ColumnType, Kind } from "@cutover/model";
import { linearPattern } from "./linear-pattern.js";
import { isList, isMap, type Value } from "./value.js";

/**
 * Conditions in CEL, the Common Expression Language: compiled once, without access to anything but the
 * names they are given. Numbers are convenient for who writes mappings: whole numbers are CEL's ints,
 * decimals its doubles, and the two can be added, multiplied and compared. `matches` runs in linear time.
 */
export interface Expression {
  readonly text: string;
  /** Variables it reads, without members: `param`, `status`, `course`. */
  readonly roots: readonly string[];
  /** Those of them of which it asks nothing but whether they are null. */
  readonly onlyNull: readonly string[];
  /** Members read of variables: `course.id`, for aliases and parameters. */
  readonly members: readonly string[];
  /** Gives the expression's value, of values under `internal` names. Throws where it cannot be evaluated on them. */
  evaluate(values: Readonly<Record<string, unknown>>): unknown;
}

/** What is wrong with an expression's text. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  /** Where in the text, from 0. */
  readonly offset: number;
  /** The name it does not know, if that is what is wrong. */
  readonly unknownName: string | null;

  constructor(message: string, offset: number, unknownName: string | null = null) {
    super(message);
    this.offset = offset;
    this.unknownName = unknownName;
  }
}

const patterns = new Map<string, RE2JS>();
const patternsKept = 1000;

function linearMatches(text: string, pattern: string): boolean {
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    compiled = linearPattern(pattern);
    if (patterns.size >= patternsKept) patterns.clear();
    patterns.set(pattern, compiled);
  }
  return compiled.matcher(text).find();
}

/** The name under which `matches` is called, since the library's own runs on backtracking expressions. */
const linear = "matches_in_linear_time";

function makeBase(): Environment {
  const environment = new Environment({
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 2000, maxDepth: 100 },
  });
  environment.registerFunction(`string.${linear}(string): bool`, linearMatches);
  for (const [operator, work] of [
    ["+", (a: number, b: number) => a + b],
    ["-", (a: number, b: number) => a - b],
    ["*", (a: number, b: number) => a * b],
    ["/", (a: number, b: number) => a / b],
  ] as const) {
    environment.registerOperator(`int ${operator} double`, (a: bigint, b: number) => work(Number(a), b));
    environment.registerOperator(`double ${operator} int`, (a: number, b: bigint) => work(a, Number(b)));
  }
  return environment;
}

let base: Environment | null = null;

/** Columns called `type` or `duration` would be CEL's types of that name, so variables are renamed. */
export const internal = (name: string): string => `v_${name}`;

const identifier = /^[A-Za-z_]\w*$/;

/** Compiles expressions over a fixed set of variables. */
export class ExpressionCompiler {
  readonly #environment: Environment;
  readonly #names: ReadonlySet<string>;

  constructor(names: Iterable<string>) {
    this.#environment = (base ??= makeBase()).clone();
    // A column whose name is no word cannot be named in an expression.
    this.#names = new Set([...names].filter((name) => identifier.test(name)));
    for (const name of this.#names) {
      this.#environment.registerVariable(internal(name), "dyn");
    }
  }

  /** Throws ExpressionError. */
  compile(text: string): Expression {
    let run: ReturnType<Environment["parse"]>;
    try {
      run = this.#environment.parse(text);
    } catch (error) {
      throw asExpressionError(error, this.#names);
    }
    const roots = new Set<string>();
    const members = new Set<string>();
    const whole = new Set<string>();
    walk(run.ast, this.#names, new Set(), { roots, members, whole });
    const checked = run.check();
    if (!checked.valid) throw asExpressionError(checked.error, this.#names, roots);
    const onlyNull = [...roots].filter((root) => !whole.has(root));
    return { text, roots: [...roots], onlyNull, members: [...members], evaluate: run };
  }
}

/** What the library's errors have in common. */
interface CelError {
  readonly range?: { readonly start: number };
  readonly summary?: string;
  readonly code?: string;
}

function asExpressionError(
  error: unknown,
  names: ReadonlySet<string>,
  roots?: ReadonlySet<string>,
): ExpressionError {
  const { range, summary, code } = error as CelError;
  const message =
    summary ?? (error instanceof Error ? error.message.split("\n")[0]! : "not a CEL expression");
  const unknown =
    code === "unknown_variable" ? [...(roots ?? [])].find((root) => !names.has(root)) : undefined;
  return new ExpressionError(message.replaceAll(linear, "matches"), range?.start ?? 0, unknown ?? null);
}

/** How deep `map`, `filter`, `all` and `exists` can be nested. */
const loopsNested = 2;

/** What an expression reads. */
interface Found {
  readonly roots: Set<string>;
  readonly members: Set<string>;
  /** Variables whose values it asks for, not only whether they are null. */
  readonly whole: Set<string>;
}

const isNull = (node: ASTNode): boolean => node.op === "value" && node.args === null;

/** Finds the variables and gives them their internal names, and turns every call of `matches` to the linear one. */
function walk(
  node: ASTNode,
  names: ReadonlySet<string>,
  local: ReadonlySet<string>,
  found: Found,
  depth = 0,
): void {
  const { roots, members, whole } = found;
  const go = (child: ASTNode, bound = local, deeper = depth): void =>
    walk(child, names, bound, found, deeper);
  const readVariable = (variable: ASTNode & { readonly op: "id" }): void => {
    if (local.has(variable.args) || (variable.args === "cel" && !names.has("cel"))) return;
    roots.add(variable.args);
    if (names.has(variable.args)) (variable as { args: string }).args = internal(variable.args);
  };
  switch (node.op) {
    case "value":
      return;
    case "id":
      whole.add(node.args);
      readVariable(node);
      return;
    case "==":
    case "!=": {
      const [left, right] = node.args;
      if (left.op === "id" && isNull(right)) readVariable(left);
      else if (right.op === "id" && isNull(left)) readVariable(right);
      else [left, right].forEach((child) => go(child));
      return;
    }
    case ".":
    case ".?": {
      const [of, name] = node.args;
      if (of.op === "id" && !local.has(of.args)) members.add(`${of.args}.${name}`);
      go(of);
      return;
    }
    case "call":
      node.args[1].forEach((child) => go(child));
      return;
    case "rcall": {
      const [name, receiver, args] = node.args;
      if (name === "matches" && args.length === 1) {
        const pattern = args[0]!;
        if (pattern.op === "value" && typeof pattern.args === "string")
          checkPattern(pattern.args, pattern.range.start);
        (node.args as unknown as string[])[0] = linear;
      }
      go(receiver);
      // Macros (`list.exists(x, ...)`) bind the name in their first argument.
      const first = args[0];
      const binds = macros.has(name) && first?.op === "id";
      const inner = binds ? new Set([...local, first.args]) : local;
      // Each goes through a whole list: nested, their cost multiplies.
      if (binds && depth === loopsNested) {
        throw new ExpressionError(
          `no more than ${loopsNested} loops can stand within one another`,
          node.range.start,
          null,
        );
      }
      args.slice(binds ? 1 : 0).forEach((child) => go(child, inner, binds ? depth + 1 : depth));
      return;
    }
    case "list":
      node.args.forEach((child) => go(child));
      return;
    case "map":
      node.args.forEach(([key, value]) => {
        go(key);
        go(value);
      });
      return;
    case "!_":
    case "-_":
      go(node.args);
      return;
    default:
      (node.args as readonly ASTNode[]).forEach((child) => go(child));
  }
}

const macros = new Set(["all", "exists", "exists_one", "map", "filter", "bind"]);

function checkPattern(pattern: string, offset: number): void {
  try {
    linearPattern(pattern);
  } catch (error) {
    throw new ExpressionError(`not a regular expression: ${(error as Error).message}`, offset);
  }
}

const wholeNumber = /^-?\d{1,18}$/;

/** A value as CEL sees it, by what is known of its kind: whole numbers are ints, decimals doubles. */
export function celValue(value: Value, kind: Kind | ColumnType | "any"): unknown {
  switch (typeof value) {
    case "string":
      if (kind === "decimal" || kind === "float") return celNumber(value);
      if (kind === "integer") return wholeNumber.test(value) ? BigInt(value) : value;
      return value;
    case "number":
      if (kind === "boolean" && (value === 0 || value === 1)) return value === 1;
      return Number.isSafeInteger(value) && kind !== "decimal" && kind !== "float" ? BigInt(value) : value;
    case "bigint":
    case "boolean":
      return value;
    default:
      if (isList(value)) return value.map((item) => celValue(item, "any"));
      if (isMap(value)) {
        const map = new Map<string, unknown>();
        for (const [name, member] of Object.entries(value)) map.set(name, celValue(member, "any"));
        return map;
      }
      return value;
  }
}

function celNumber(text: string): unknown {
  const number = Number(text);
  return text === "" || Number.isNaN(number) ? text : number;
}
