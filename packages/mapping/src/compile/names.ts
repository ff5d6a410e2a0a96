import type { Field } from "@cutover/model";
import type { Getter, Scope } from "../scope.js";
import type { ValueKind } from "../value.js";

/** What a name stands for at one place of a mapping. */
export interface Named {
  readonly get: Getter;
  readonly kind: ValueKind;
  /** The canonical field, outbound, where the name is one. */
  readonly field?: string | undefined;
  readonly declared?: Field | undefined;
  /** The canonical list or map, outbound, where the name is what `each` is at: `item.value`. */
  readonly itemOf?: string | undefined;
}

/** The names a pipeline or expression can use: columns inbound; fields, aliases and items outbound. */
export interface Names {
  /** Null for a name there is not. */
  resolve(name: string): Named | null;
  /** All there are, for suggestions. */
  known(): readonly string[];
  /** Variables of expressions, without members. */
  roots(): readonly string[];
  /**
   * Reads a variable for an expression, as CEL's values; `members` are those the expression names. Where it asks
   * `onlyNull`, whether there is a value at all, any other one will do for a value.
   */
  variable(root: string, members: readonly string[], onlyNull: boolean): (scope: Scope) => unknown;
  /** Whether values may be remembered for later records: not those cut out of a file's text, which would stay with them. */
  readonly remember?: boolean;
  /** Whether a variable has the member, `course.id`; null where members are not known. */
  hasMember(root: string, member: string): boolean | null;
}
