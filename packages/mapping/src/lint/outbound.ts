import { entities, type Kind } from "@cutover/model";
import type { EachDef, OutboundDef, WriteDef, WriteItemDef } from "../definition.js";
import { lintComparisons } from "./comparisons.js";
import { lintColumnKind, lintExampleValue, lintKind, lintMapKeys, type KindScope } from "./kinds.js";
import type { Linter } from "./linter.js";
import { allWrites, keyNames, writtenNames, type Steps } from "./usage.js";

const repeatable: ReadonlySet<Kind> = new Set(["list", "refs", "credits", "map"]);

export function lintOutbound(def: OutboundDef, steps: Steps, lint: Linter): void {
  const fields = Object.keys(entities[def.entity].fields);
  const entity = `entity \`${def.entity}\``;
  lintWrites(def, lint);
  lintPipelines(def, steps, lint);
  for (const [name, { at }] of [...def.noSlot, ...def.overwritten]) lint.expect(name, fields, at, entity);
  for (const { name, at } of def.keepOnUpdate) lint.expect(name, fields, at, entity);
  for (const name of [...(def.one?.by ?? []), ...(def.one?.keep.map(({ field }) => field) ?? [])]) {
    lint.expect(name, fields, def.one?.at ?? def.at, entity);
  }
  lintRanks(def, lint);
  lintFidelity(def, steps, lint);
  lintExamples(def, lint);
  if (keyNames(def.key).length === 0) lint.problem(def.key.at, "the key is made of nothing");
}

/** A value that the field never has would rank nothing, in silence. */
function lintRanks({ one, entity, at }: OutboundDef, lint: Linter): void {
  for (const { field, values = [] } of one?.keep ?? []) {
    const known = entities[entity].fields[field]?.values;
    if (known === undefined) continue;
    for (const value of values.flat()) lint.expect(value, known, one?.at ?? at, `field \`${field}\``);
  }
}

function lintPipelines(def: OutboundDef, steps: Steps, lint: Linter): void {
  const { fields } = entities[def.entity];
  const fieldOf = (name: string) => fields[name];
  const scope: KindScope = { direction: "projection", kindOf: (name) => fields[name]?.kind ?? "any", steps };
  for (const { name, at, pipeline } of def.projection) {
    lint.expect(name, Object.keys(fields), at, `entity \`${def.entity}\``);
    const field = fields[name];
    if (field !== undefined) lintKind(name, pipeline, field, scope, lint);
    lintMapKeys(pipeline, fieldOf, lint);
  }
  for (const write of allWrites(def.writes)) {
    for (const { name, pipeline } of write.set) {
      lintMapKeys(pipeline, fieldOf, lint);
      const column = write.table.columns.get(name);
      if (column === undefined) continue;
      const label = `${write.table.spec.name}.${name}`;
      lintColumnKind(label, pipeline, column, { ...scope, direction: "outbound" }, lint);
    }
    lintComparisons(write.when, fields, lint);
  }
  lintComparisons(def.when, fields, lint);
  for (const rule of def.exclude) lintComparisons(rule.when, fields, lint);
}

/** What becomes of every canonical field in the target must be said, once. */
function lintFidelity(def: OutboundDef, steps: Steps, lint: Linter): void {
  const written = new Set(writtenNames(def.writes, steps).map((name) => name.split(".")[0]));
  const projected = new Set(def.projection.map(({ name }) => name));
  for (const name of Object.keys(entities[def.entity].fields)) {
    const noSlot = def.noSlot.get(name);
    const overwritten = def.overwritten.get(name);
    const said = [
      projected.has(name) ? "projection" : null,
      noSlot === undefined ? null : "noSlot",
      overwritten === undefined ? null : "overwritten",
    ].filter((word) => word !== null);
    if (said.length > 1) {
      const at = (overwritten ?? noSlot)?.at ?? def.at;
      lint.problem(at, `\`${name}\` is both in \`${said[0]}\` and in \`${said[1]}\``);
    } else if (said.length === 0 && !written.has(name)) {
      lint.problem(
        def.at,
        `field \`${name}\` of \`${def.entity}\` is neither written nor projected`,
        "Write it, or name it under `noSlot`, `overwritten` or `projection`.",
      );
    } else if (noSlot !== undefined && written.has(name)) {
      lint.warning(noSlot.at, `\`${name}\` has no slot, and is written all the same`);
    }
  }
}

function lintWrites(def: OutboundDef, lint: Linter): void {
  const aliases = new Map<string, string>();
  const visit = (item: WriteItemDef, around: readonly string[]): void => {
    // One name may stand for rows of one table in several places: the next of a chain refers to the last.
    const nature = item.kind === "each" ? "each" : item.table.spec.name;
    if ((aliases.get(item.as) ?? nature) !== nature || around.includes(item.as)) {
      const remedy = "Give one of them another name with `as`.";
      lint.problem(item.at, `the name \`${item.as}\` is given to different things`, remedy);
    }
    aliases.set(item.as, nature);
    if (item.kind === "write") return lintWrite(item, lint);
    lintEach(item, def, lint);
    item.writes.forEach((inner) => visit(inner, [...around, item.as]));
    return undefined;
  };
  def.writes.forEach((item) => visit(item, []));
  if (!allWrites(def.writes).some(({ role }) => role === "primary")) {
    lint.problem(def.at, "no row is the record's own: the first that is not shared, outside `each`");
  }
}

function lintEach(def: EachDef, { entity }: OutboundDef, lint: Linter): void {
  if (def.over.kind === "field") {
    const kind = entities[entity].fields[def.over.field]?.kind;
    if (kind !== undefined && !repeatable.has(kind)) {
      lint.problem(
        def.over.at,
        `\`${def.over.field}\` is ${kind}, and \`each\` needs a list, a map or a reference table`,
      );
    }
    for (const { at } of def.where)
      lint.problem(at, "`where` chooses rows of a reference table; this is a field");
    return;
  }
  const { name, columns } = def.over.reference;
  const known = columns.map((column) => column.name);
  for (const column of def.where) lint.expect(column.name, known, column.at, `reference \`${name}\``);
}

function lintWrite(def: WriteDef, lint: Linter): void {
  const { spec, columns } = def.table;
  const table = `table \`${spec.name}\``;
  const set = new Set<string>();
  for (const { name, at } of def.set) {
    lint.expect(name, columns.keys(), at, table);
    // A shared row can be one that is there for certain, and found by its id.
    const isFound = def.role === "shared" && def.find?.some((column) => column.name === name) === true;
    if (name === spec.id && !isFound) lint.problem(at, `\`${name}\` is the generated id, which is not set`);
    set.add(name);
  }
  if (def.same.length > 0 && def.role !== "shared") {
    lint.problem(
      def.same[0]!.at,
      "`same` is said of a row that is not shared: its own rows a record changes",
    );
  }
  for (const { name, at } of [...(def.find ?? []), ...def.onlyNew, ...def.same]) {
    if (!lint.expect(name, columns.keys(), at, table) || set.has(name)) continue;
    lint.problem(at, `column \`${name}\` is named here, and not set`);
  }
  if (def.role === "shared" && def.find === null) {
    lint.problem(def.at, "a shared row needs `find`: the columns it is recognized by");
  }
  if (def.role === "shared" && def.find?.some(({ name }) => name === spec.id) === true) return;
  for (const column of columns.values()) {
    if (column.nullable || column.hasDefault === true || column.name === spec.id || set.has(column.name))
      continue;
    lint.problem(
      def.at,
      `column \`${column.name}\` of ${table} is never written, and has neither a default nor null`,
      "Set it, or declare its default in system.yaml.",
    );
  }
}

function lintExamples(def: OutboundDef, lint: Linter): void {
  const fields = Object.keys(entities[def.entity].fields);
  const writes = allWrites(def.writes);
  const rules = def.exclude.map(({ rule }) => rule);
  for (const example of def.examples) {
    const at = (pointer: string) => example.positions.get(pointer) ?? example.at;
    for (const part of ["given", "projected"] as const) {
      for (const [field, value] of Object.entries(example[part] ?? {})) {
        const place = at(`/${part}/${field}`);
        lint.expect(field, fields, place, `entity \`${def.entity}\``);
        lintExampleValue(field, value, entities[def.entity].fields[field], place, lint);
      }
    }
    for (const [name, rows] of Object.entries(example.there)) {
      const table = writes.find((write) => write.role === "shared" && write.table.spec.name === name)?.table;
      const shared = new Set(writes.filter(({ role }) => role === "shared").map((w) => w.table.spec.name));
      if (!lint.expect(name, shared, at(`/there/${name}`), `the shared rows of \`${def.name}\``)) continue;
      const given = new Set(rows.flatMap((row) => Object.keys(row)));
      for (const column of given)
        lint.expect(column, table!.columns.keys(), at(`/there/${name}/${column}`), `table \`${name}\``);
    }
    for (const [name, rows] of Object.entries(example.expect ?? {})) {
      const tables = new Set(writes.map(({ table }) => table.spec.name));
      if (!lint.expect(name, tables, at(`/expect/${name}`), `the writes of \`${def.name}\``)) continue;
      const columns = writes.find(({ table }) => table.spec.name === name)?.table.columns ?? new Map();
      rows.forEach((row, i) => {
        for (const column of Object.keys(row)) {
          const place =
            example.positions.get(`/expect/${name}/${i}/${column}`) ?? at(`/expect/${name}/${column}`);
          lint.expect(column, columns.keys(), place, `table \`${name}\``);
        }
      });
    }
    if (example.excluded !== null) {
      lint.expect(example.excluded, rules, at("/excluded"), `\`exclude\` of \`${def.name}\``);
    }
  }
}
