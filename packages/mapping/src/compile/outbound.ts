import type { OutboundMapping, Outgoing, Rows, SharedTable, TargetContext } from "../contract.js";
import type { CompileOutbound, OutboundDef } from "../definition.js";
import { Scope } from "../scope.js";
import { Conditions } from "./condition.js";
import { compileKey } from "./key.js";
import { compilePlain } from "./plain.js";
import { Problems } from "./problems.js";
import { compileProjection } from "./projection.js";
import { compileIdReader } from "./target-key.js";
import { targetNames } from "./target-names.js";
import { write, type Writing } from "./rows.js";
import { WriteCompiler, type WriteItemOp, type WriteOp } from "./writes.js";

/** Compiles an outbound mapping: what applies, what is excluded, what is written, and what will read back. */
export const compileOutbound: CompileOutbound = (def, context) => {
  const problems = new Problems();
  const names = targetNames(def.entity, context.parameters, []);
  const conditions = new Conditions(names, problems);
  const when = def.when === null ? null : conditions.compile(def.when, "when");
  const rules = def.exclude.map((rule) => ({
    rule,
    holds: conditions.compile(rule.when, `exclude: ${rule.rule}`),
  }));

  const compiler = new WriteCompiler(def, context, problems);
  const ops = compiler.compile();
  const key = compileKey(def.key, targetNames(def.entity, context.parameters, compiler.aliases), problems);
  const primary = flatten(ops).find((op) => op.def.role === "primary");
  const { project, byValue, fidelity } = compileProjection(def, context, ops, problems);
  const idName = primary?.table.id === undefined ? null : `${primary.def.as}.${primary.table.id}`;
  const idOf = idName === null ? null : compileIdReader(def.key, idName, new Problems());
  if (primary === undefined)
    problems.add(def.at, "no row is the record's own: the first that is not shared, outside `each`");
  else if (idName !== null && idOf === null && namesRow(def, primary)) {
    problems.add(
      def.key.at,
      `\`${idName}\` is used, and cannot be told of a record that the target has already`,
      `Make it a part of the key: "{${idName}}".`,
    );
  }
  if (problems.found.length > 0 || primary === undefined) return { mapping: null, problems: problems.found };

  const scope = new Scope();
  const rows = (out: Outgoing, targetKey: string | null, target: TargetContext): Rows => {
    scope.out = out;
    scope.target = target;
    scope.takeDeferred();
    scope.bound.fill(null);
    scope.items.fill(null);
    scope.takeIssues();
    scope.field = null;
    when?.(scope);
    for (const { holds } of rules) holds(scope);
    const existingId = targetKey === null || idOf === null ? null : idOf(targetKey);
    const writing: Writing = { scope, rows: [], targetKey, existingId, made: [] };
    write(ops, writing);
    scope.field = null;
    scope.selfId = null;
    const made = targetKey ?? key(scope);
    if (made === null) scope.note("missing-key", "flag", "the target's key could not be made");
    const issues = scope.takeIssues();
    const whole = !issues.some(({ severity }) => severity === "flag");
    if (whole) for (const shared of writing.made) target.share(shared.table, shared.find, shared.row);
    const deferred = scope.takeDeferred();
    scope.target = null;
    return { targetKey: made ?? "", rows: writing.rows, issues, deferred };
  };

  const asked = new Scope();
  const mapping = {
    name: def.name,
    entity: def.entity,
    file: def.file,
    tables: [...new Set(flatten(ops).map((op) => op.table))],
    exclusions: new Map(def.exclude.map(({ rule, because }) => [rule, because])),
    cardinality: def.one,
    keepOnUpdate: new Set(def.keepOnUpdate.map(({ name }) => name)),
    fidelity,
    shared: sharedTables(ops),
    takesAll: when === null && rules.length === 0,
    // A condition that fails is told by `rows`: until then the record is this mapping's, and not excluded.
    applies: (out) => {
      asked.out = out;
      const applies = when === null || when(asked) !== false;
      asked.takeIssues();
      return applies;
    },
    excludes: (out) => {
      asked.out = out;
      for (const { rule, holds } of rules) {
        const excluded = holds(asked) === true;
        context.trace?.rule(rule, excluded);
        if (!excluded) continue;
        asked.takeIssues();
        return rule.rule;
      }
      asked.takeIssues();
      return null;
    },
    writesTo: (targetKey) => idOf === null || idOf(targetKey) !== null,
    project: (out) => {
      asked.out = out;
      return project(asked);
    },
    byValue,
    rows,
    plain: compilePlain(def, context, ops, key),
    primary: { table: primary.table, find: primary.find },
  } satisfies OutboundMapping;
  return { mapping, problems: [] };
};

const flatten = (ops: readonly WriteItemOp[]): readonly WriteOp[] =>
  ops.flatMap((op) => (op.kind === "write" ? [op] : flatten(op.ops)));

/** Whether any value names the id of the record's own row. */
function namesRow(def: OutboundDef, { def: { as }, table }: WriteOp): boolean {
  const name = `${as}.${table.id}`;
  const text = JSON.stringify(def.writes, (key, value: unknown) =>
    key === "at" || key === "positions" || key === "table" || value instanceof Map ? undefined : value,
  );
  return text.includes(`"${name}"`) || text.includes(`{${name}}`);
}

function sharedTables(ops: readonly WriteItemOp[]): readonly SharedTable[] {
  const found = new Map<string, SharedTable>();
  for (const op of flatten(ops)) {
    if (op.def.role !== "shared" || op.find === null) continue;
    const columns = op.table.columns.map(({ name }) => name);
    found.set(`${op.table.name} ${op.find.join(" ")}`, { table: op.table, find: op.find, columns });
  }
  return [...found.values()];
}
