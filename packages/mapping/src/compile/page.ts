import { entities, fieldNames, type CanonicalValue, type SourceValue } from "@cutover/model";
import type { FoundIssue, MappedPage, SaidOfRow } from "../contract.js";
import type { CompileContext, InboundDef } from "../definition.js";
import { isShort, remembered } from "../remembered.js";
import { Scope, type Getter } from "../scope.js";
import { failed } from "../value.js";
import type { Condition } from "./condition.js";
import type { Finish } from "./finish.js";
import type { KeyMaker } from "./key.js";

/** The parts of an inbound mapping, compiled. */
export interface InboundParts {
  readonly rules: readonly { readonly rule: InboundDef["exclude"][number]; readonly holds: Condition }[];
  readonly key: KeyMaker;
  readonly filled: readonly FilledField[];
  readonly checks: readonly { readonly check: InboundDef["checks"][number]; readonly holds: Condition }[];
}

interface FilledField {
  readonly name: string;
  readonly run: Getter;
  readonly finish: Finish;
  /** The column on whose value alone the field depends; null where there is more to it. */
  readonly column: number | null;
}

type Row = readonly SourceValue[];

/** Makes the canonical value of a field of the row that the scope is at. */
type FieldOf = (scope: Scope) => CanonicalValue;

function fieldOf({ run, finish, column }: FilledField, isTraced: boolean): FieldOf {
  const make: FieldOf = (scope) => {
    const value = run(scope);
    return value === failed ? null : finish(value, scope);
  };
  if (column === null || isTraced) return make;
  let at: Scope;
  // What there is something to say of is not remembered: it is said of each row.
  const known = remembered<SourceValue, CanonicalValue | undefined>(() => {
    const value = make(at);
    return at.hasIssues ? undefined : value;
  });
  return (scope) => {
    const given = scope.row[column] ?? null;
    if (!isShort(given)) return make(scope);
    at = scope;
    return known(given) ?? null;
  };
}

/** What is said of the rows of a page, while it is mapped. */
class Said {
  readonly rows = new Map<number, SaidOfRow & { readonly issues: FoundIssue[] }>();
  readonly #scope: Scope;
  #excluded = 0;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  /** Takes what the scope has noted of a row. */
  take(place: number): void {
    if (!this.#scope.hasIssues) return;
    const issues = this.#scope.takeIssues();
    const row = this.rows.get(place);
    if (row === undefined) this.rows.set(place, { excluded: null, isMapped: true, issues: [...issues] });
    else row.issues.push(...issues);
  }

  /** Nothing else is said of what is left out. */
  exclude(place: number, rule: string): void {
    this.#excluded += 1;
    this.rows.set(place, { excluded: rule, isMapped: false, issues: [] });
  }

  isExcluded(place: number): boolean {
    return this.#excluded > 0 && this.rows.get(place)?.isMapped === false;
  }
}

/**
 * Maps rows together: one loop a field, so that what depends on a value alone is made once of the values that
 * come again and again, and no record is made of a row.
 */
export function pageMapper(
  def: InboundDef,
  { trace }: CompileContext,
  { rules, key, filled, checks }: InboundParts,
): (rows: readonly Row[]) => MappedPage {
  const scope = new Scope();
  const fields = filled.map((field) => ({ name: field.name, of: fieldOf(field, trace !== undefined) }));
  const declared = entities[def.entity].fields;
  const unfilled = fieldNames(def.entity).filter(
    (name) => declared[name]!.required === true && !filled.some((field) => field.name === name),
  );

  return (rows) => {
    const said = new Said(scope);
    const keys: (string | null)[] = [];
    const values: CanonicalValue[][] = [];
    /** Goes through the rows that are not left out. */
    const each = (field: string | null, work: (place: number) => void): void => {
      scope.field = field;
      for (let place = 0; place < rows.length; place += 1) {
        if (said.isExcluded(place)) continue;
        scope.row = rows[place]!;
        scope.place = place;
        work(place);
        said.take(place);
      }
    };
    scope.takeIssues();
    each(null, () => {
      const made = key(scope);
      if (made === null && !scope.hasIssues) scope.note("missing-key", "flag", null);
      keys.push(made);
    });
    for (const { rule, holds } of rules) {
      each(null, (place) => {
        const isSo = holds(scope) === true;
        trace?.rule(rule, isSo);
        if (isSo) said.exclude(place, rule.rule);
      });
    }
    for (const { name, of } of fields) {
      const column: CanonicalValue[] = [];
      scope.field = name;
      for (let place = 0; place < rows.length; place += 1) {
        scope.row = rows[place]!;
        column.push(said.isExcluded(place) ? null : of(scope));
        if (scope.hasIssues) said.take(place);
      }
      values.push(column);
    }
    for (const name of unfilled) each(name, () => scope.note("required-field", "flag", null));
    scope.values = values;
    for (const { check, holds } of checks) {
      each(null, () => {
        const held = holds(scope);
        if (held === false) scope.note("check-failed", check.otherwise, check.name ?? check.because);
        if (held !== null) trace?.check(check, held);
      });
    }
    return { keys, values, said: said.rows };
  };
}
