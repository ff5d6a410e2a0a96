import { entities, type Kind } from "@cutover/model";
import type { Outgoing, Trial } from "../contract.js";
import type { CompileContext, ExpressionDef, OutboundDef } from "../definition.js";
import { expressionNames, keyNames } from "../lint/usage.js";
import { remembered } from "../remembered.js";
import { Scope } from "../scope.js";
import { failed } from "../value.js";
import { Conditions, type Condition } from "./condition.js";
import { Problems } from "./problems.js";
import { targetNames } from "./target-names.js";
import type { Setter, WriteItemOp, WriteOp } from "./writes.js";

/** Whether nothing is wrong with what a part of the rows is computed of. */
type Test = (scope: Scope) => boolean;

/**
 * Compiles the trial of a mapping whose rows come of the record's own fields, each column of one of them:
 * null where rows are shared, repeated or made of one another, for then only `rows` can tell.
 */
export function compileTrial(
  def: OutboundDef,
  context: CompileContext,
  ops: readonly WriteItemOp[],
): Trial | null {
  // Who traces the steps wants to be told of each record anew.
  if (context.trace !== undefined) return null;
  const key = keyColumns(def, ops);
  if (key === null) return null;
  const tests: Test[] = [];
  for (const condition of [def.when, ...def.exclude.map(({ when }) => when)]) {
    const holds = condition === null ? null : ofFields(def, context, condition);
    if (holds !== null) tests.push((scope) => holds(scope) !== null);
  }
  for (const op of ops) {
    const test = op.kind === "each" || op.def.role === "shared" ? null : writeTest(def, context, op, key);
    if (test === null) return null;
    tests.push(test);
  }
  const { fields } = entities[def.entity];
  const names = [
    ...[def.when, ...def.exclude.map(({ when }) => when)].flatMap(expressionNames),
    ...ops.flatMap((op) => (op.kind === "each" ? [] : namesRead(op, key))),
  ];
  const scope = new Scope();
  return {
    reads: new Set(names.map((name) => name.split(".")[0]!).filter((name) => Object.hasOwn(fields, name))),
    passes: (out: Outgoing): boolean => {
      scope.out = out;
      for (let i = 0; i < tests.length; i += 1) {
        if (tests[i]!(scope)) continue;
        scope.takeIssues();
        scope.takeDeferred();
        return false;
      }
      return true;
    },
  };
}

/** The names that the trial of a write reads. */
const namesRead = (op: WriteOp, key: ReadonlySet<string>): readonly string[] => [
  ...expressionNames(op.def.when),
  ...op.setters.flatMap((setter) =>
    takesAll(setter) && !isIn(key, op, setter) ? [] : (setter.pipeline.origin?.name ?? []),
  ),
];

const isIn = (key: ReadonlySet<string>, { def }: WriteOp, { column }: Setter): boolean =>
  key.has(`${def.as}.${column}`);

/** The columns, `alias.column`, that the target's key is made of; null where other things are in it. */
function keyColumns(def: OutboundDef, ops: readonly WriteItemOp[]): ReadonlySet<string> | null {
  const columns = new Set<string>();
  for (const name of keyNames(def.key)) {
    const [alias, column] = name.split(".") as [string, string?];
    const op = ops.find((each): each is WriteOp => each.kind === "write" && each.def.as === alias);
    if (op === undefined || column === undefined) return null;
    if (op.def.role === "primary" && column === op.table.id) continue;
    if (!op.setters.some((setter) => setter.column === column)) return null;
    columns.add(name);
  }
  return columns;
}

function writeTest(
  def: OutboundDef,
  context: CompileContext,
  op: WriteOp,
  key: ReadonlySet<string>,
): Test | null {
  const tests: Test[] = [];
  let isInKey = false;
  for (const setter of op.setters) {
    const isKey = isIn(key, op, setter);
    if (!isKey && takesAll(setter)) continue;
    const test = setterTest(setter, isKey);
    if (test === null) return null;
    isInKey ||= isKey;
    tests.push(test);
  }
  const test: Test = (scope) => {
    for (let i = 0; i < tests.length; i += 1) if (!tests[i]!(scope)) return false;
    return true;
  };
  if (op.def.when === null) return test;
  const when = ofFields(def, context, op.def.when);
  if (when === null) return null;
  return (scope) => {
    const holds = when(scope);
    return holds === null ? false : holds ? test(scope) : !isInKey;
  };
}

/** A condition that asks for the record's fields alone, which it can be told of without rows. */
function ofFields(def: OutboundDef, context: CompileContext, expression: ExpressionDef): Condition | null {
  const quiet = new Problems();
  const names = targetNames(def.entity, context.parameters, []);
  const condition = new Conditions(names, quiet).compile(expression, "when");
  return quiet.found.length > 0 ? null : condition;
}

/** Whether the column takes whatever canonical value its field may have, and none. */
function takesAll({ pipeline, slot: { def } }: Setter): boolean {
  const { origin, when } = pipeline;
  const field = origin?.declared;
  if (field === undefined || field.entity !== undefined || when !== null || !def.nullable) return false;
  if (def.type === "decimal") return field.kind === "decimal" && pipeline.steps.length === 0;
  if (def.type !== "text" || !isText.has(field.kind)) return false;
  const most = pipeline.steps.map(({ compiled }) => compiled.atMost ?? Infinity);
  if (most.includes(Infinity)) return false;
  return Math.min(field.maxLength ?? Infinity, ...most) <= (def.maxLength ?? Infinity);
}

const isText: ReadonlySet<Kind> = new Set(["text", "one of", "date", "instant", "moment", "duration"]);

/** Whether a column would take the value; of a column of the key, whether it would hold any. */
function setterTest({ pipeline, slot, run }: Setter, isKey: boolean): Test | null {
  const { origin, when, isConstant } = pipeline;
  const isField = origin?.field !== undefined;
  if (when !== null || (!isConstant && !isField) || !pipeline.steps.every(({ alone }) => alone)) return null;
  const test: Test = (scope) => {
    const value = run(scope);
    const stored = value === failed ? null : slot.put(value, scope);
    return !scope.hasIssues && !(isKey && (stored === null || stored === ""));
  };
  // Whether a reference is lost does not show in what the target calls it; and a column alone is asked fast.
  if (isConstant || origin!.declared?.entity !== undefined || pipeline.steps.length === 0) return test;
  let asked: Scope | null = null;
  const known = remembered((_value: unknown) => test(asked!));
  const { get } = origin!;
  return (scope) => {
    asked = scope;
    return known(get(scope));
  };
}
