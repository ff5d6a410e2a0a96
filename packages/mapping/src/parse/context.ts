import { type Position, type Problem, suggest } from "@cutover/model";
import type { ParameterDef, StepInfo } from "../definition.js";
import { textOf, type Node, type Plain } from "../source/node.js";

/** Words a text of SQL may have in braces that are no parameters: the medium knows each dialect's own. */
export const dialectWords: readonly string[] = [
  "json_object_agg",
  "json_array_agg",
  "text",
  "bigint",
  "decimal",
];

/** What could end a text, a name or a statement of SQL on any engine. */
// eslint-disable-next-line no-control-regex
const unsafeInSql = /['"`;\\\u0000-\u001f]|--|\/\*|#/;

/** What parsing one system shares: the steps there are, the parameters in effect, and the problems found. */
export class ParseContext {
  readonly problems: Problem[] = [];
  readonly steps: ReadonlyMap<string, StepInfo>;
  parameters: ReadonlyMap<string, ParameterDef> = new Map();

  constructor(steps: ReadonlyMap<string, StepInfo>) {
    this.steps = steps;
  }

  problem(at: Position | undefined, message: string, remedy?: string): void {
    this.problems.push({ message, at, remedy });
  }

  unknownStep(name: string, at: Position): void {
    this.problem(at, `there is no step \`${name}\``, suggest(name, this.steps.keys()));
  }

  /** Fills `{parameter}` into a text of SQL, a table's or a file's name. */
  fill(node: Node, text: string, words: readonly string[]): string {
    return text.replaceAll(/\{([A-Za-z_]\w*)\}/g, (whole, name: string) => {
      const parameter = this.parameters.get(name);
      if (parameter !== undefined) {
        const value = String(parameter.value);
        // It becomes a part of a statement or of a file's name, so it may hold nothing that ends a text there.
        // A value that is not even of its declared form was told already; every other one once, where it was given.
        const { at } = parameter;
        const told = this.problems.some((one) => one.at === at);
        if (words.length > 0 && unsafeInSql.test(value) && !told) {
          this.problem(
            at,
            `the value of the parameter \`${name}\` cannot stand in a query`,
            "Quotes, semicolons, backslashes, comments and control characters are refused there.",
          );
        }
        return value;
      }
      if (!words.includes(name)) {
        this.problem(
          node.at,
          `\`{${name}}\` is no parameter`,
          suggest(name, [...this.parameters.keys(), ...words]),
        );
      }
      return whole;
    });
  }

  /**
   * A text `param.x`, standing alone, is the parameter's value: for options such as a time zone. Texts at
   * the pointers in `names` are names, and resolved with other names.
   */
  constant(value: Plain, at: Position, names: ReadonlySet<string> = new Set(), pointer = ""): Plain {
    if (names.has(pointer)) return value;
    if (typeof value === "string") {
      const name = /^param\.([A-Za-z_]\w*)$/.exec(value)?.[1];
      if (name === undefined) return value;
      const parameter = this.parameters.get(name);
      if (parameter !== undefined) return parameter.value;
      this.problem(at, `there is no parameter \`${name}\``, suggest(name, this.parameters.keys()));
      return value;
    }
    const inner = (item: Plain, key: string): Plain =>
      this.constant(item, at, names, `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`);
    if (Array.isArray(value)) return value.map((item: Plain, i) => inner(item, String(i)));
    if (value === null || typeof value !== "object") return value;
    const object = Object.create(null) as Record<string, Plain>;
    for (const [key, item] of Object.entries(value)) object[key] = inner(item, key);
    return object;
  }

  /** The text of a node, or an empty one where structure has been complained of already. */
  text(node: Node | undefined): string {
    return textOf(node) ?? "";
  }
}
