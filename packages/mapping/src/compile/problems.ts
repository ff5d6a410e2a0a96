import { suggest, type Position, type Problem } from "@cutover/model";
import type { ExpressionDef } from "../definition.js";
import { ExpressionError } from "../expression.js";

/** What is wrong with a mapping, each with its place. */
export class Problems {
  readonly found: Problem[] = [];

  add(at: Position, message: string, remedy?: string): void {
    this.found.push({ message, at, remedy });
  }

  unknown(at: Position, what: string, name: string, known: Iterable<string>): void {
    this.add(at, `${what} \`${name}\``, suggest(name, [...known]));
  }

  expression({ at }: ExpressionDef, error: ExpressionError, known: readonly string[]): void {
    if (error.unknownName !== null) {
      this.unknown(at, "the expression names no column, field or row:", error.unknownName, known);
      return;
    }
    this.add(at, `the expression is not valid: ${error.message} (character ${error.offset + 1})`);
  }
}
