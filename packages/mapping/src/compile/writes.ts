import { entities, type EntityName, type TableSpec, type TargetValue } from "@cutover/model";
import type {
  CompileContext,
  EachDef,
  FieldDef,
  OutboundDef,
  WriteDef,
  WriteItemDef,
} from "../definition.js";
import type { Bound, Getter, Item, Scope } from "../scope.js";
import { failed, type Value } from "../value.js";
import { coerceToColumn } from "./coerce.js";
import { columnSlot, type ColumnSlot } from "./column.js";
import { Conditions, type Condition } from "./condition.js";
import type { Names } from "./names.js";
import { compilePipeline, type Pipeline } from "./pipeline.js";
import type { Problems } from "./problems.js";
import { itemsOf } from "./items.js";
import { entryOf, type MapEntry } from "../map-entry.js";
import { eachAlias, rowAlias, targetNames, type Alias } from "./target-names.js";

/** A column and how its value comes about. */
export interface Setter {
  readonly column: string;
  readonly slot: ColumnSlot;
  readonly pipeline: Pipeline;
  /** Gives the value; a reference without a target key is deferred or flagged. */
  readonly run: Getter;
  /** For issues: the canonical field it comes from, else `table.column`. */
  readonly field: string;
}

export interface WriteOp {
  readonly kind: "write";
  readonly def: WriteDef;
  readonly table: TableSpec;
  readonly index: number;
  readonly when: Condition | null;
  /** Columns of the natural key first: a shared row is looked for by them before its others are computed. */
  readonly setters: readonly Setter[];
  /** How many of the setters are of the natural key. */
  readonly keyed: number;
  readonly find: readonly string[] | null;
  readonly onlyNew: readonly string[];
  /** Columns that an entry of a map fills: of one that is absent nothing is said, so a row that is there keeps its own. */
  readonly entries: readonly { readonly column: string; readonly entry: MapEntry }[];
  /** Setters of a shared row's columns that must agree with a row that is there. */
  readonly same: readonly Setter[];
}

export interface EachOp {
  readonly kind: "each";
  readonly def: EachDef;
  readonly index: number;
  readonly when: Condition | null;
  readonly items: (scope: Scope) => readonly Item[] | null;
  readonly rows: ((scope: Scope) => readonly Bound["values"][]) | null;
  readonly ops: readonly WriteItemOp[];
  /** Aliases of the rows it writes: forgotten when it begins. */
  readonly inside: readonly number[];
}

export type WriteItemOp = WriteOp | EachOp;

/** Compiles an outbound mapping's writes, in order; `aliases` ends with all rows that can be named by the key. */
export class WriteCompiler {
  readonly #def: OutboundDef;
  readonly #context: CompileContext;
  readonly #problems: Problems;
  readonly #kept: ReadonlySet<string>;
  #next = 0;
  readonly aliases: Alias[] = [];

  constructor(def: OutboundDef, context: CompileContext, problems: Problems) {
    this.#def = def;
    this.#context = context;
    this.#problems = problems;
    this.#kept = new Set(def.keepOnUpdate.map(({ name }) => name));
  }

  get entity(): EntityName {
    return this.#def.entity;
  }

  compile(): readonly WriteItemOp[] {
    return this.#items(this.#def.writes, this.aliases);
  }

  #items(items: readonly WriteItemDef[], visible: Alias[]): readonly WriteItemOp[] {
    return items.map((item) => {
      if (item.kind === "write") {
        const alias =
          visible.find(({ name, kind }) => name === item.as && kind === "row") ??
          rowAlias(item, this.#next++);
        const op = this.#write(item, alias.index, visible);
        if (!visible.includes(alias)) visible.push(alias);
        return op;
      }
      return this.#each(item, visible);
    });
  }

  #names(visible: readonly Alias[]): Names {
    return targetNames(this.#def.entity, this.#context.parameters, visible);
  }

  #place(label: string, names: Names) {
    return {
      direction: "outbound",
      names,
      conditions: new Conditions(names, this.#problems),
      problems: this.#problems,
      context: this.#context,
      label,
      field: null,
    } as const;
  }

  #write(def: WriteDef, index: number, visible: readonly Alias[]): WriteOp {
    const names = this.#names(visible);
    const place = this.#place(def.as, names);
    const find = def.find?.map(({ name }) => name) ?? null;
    const setters = def.set
      .flatMap((set) => this.#setter(set, def, names))
      .toSorted(
        (a, b) => Number(find?.includes(b.column) ?? false) - Number(find?.includes(a.column) ?? false),
      );
    const kept = setters
      .filter(({ pipeline }) => this.#kept.has(pipeline.origin?.field ?? ""))
      .map(({ column }) => column);
    return {
      kind: "write",
      def,
      table: def.table.spec,
      index,
      when: def.when === null ? null : place.conditions.compile(def.when, `when of ${def.as}`),
      setters,
      keyed: setters.filter(({ column }) => find?.includes(column) ?? false).length,
      find,
      onlyNew: [...new Set([...def.onlyNew.map(({ name }) => name), ...kept])],
      entries: def.set.flatMap(({ name, pipeline }) => {
        const entry = entryOf(pipeline);
        return entry === null || find?.includes(name) === true ? [] : [{ column: name, entry }];
      }),
      same: setters.filter(({ column }) => def.same.some(({ name }) => name === column)),
    };
  }

  #setter(set: FieldDef, write: WriteDef, names: Names): readonly Setter[] {
    const column = write.table.columns.get(set.name);
    // Lint has complained of a column the table does not have.
    if (column === undefined) return [];
    const label = `${write.table.spec.name}.${set.name}`;
    const pipeline = compilePipeline(set.pipeline, this.#place(label, names));
    const field = pipeline.origin?.field;
    return [
      {
        column: set.name,
        slot: columnSlot(column, label),
        pipeline,
        run:
          field === undefined
            ? pipeline.run
            : this.#reference(field, set.pipeline.later, pipeline.run, label),
        field: field ?? pipeline.origin?.itemOf ?? label,
      },
    ];
  }

  /** A reference that is there, and has no key in the target. */
  #reference(field: string, later: boolean, run: Getter, label: string): Getter {
    const { kind } = entities[this.#def.entity].fields[field]!;
    if (kind !== "ref" && kind !== "refs") return run;
    return (scope) => {
      const { record, targetKeys } = scope.out;
      if ((record[field] ?? null) !== null && (targetKeys[field] ?? null) === null) {
        if (!later)
          return scope.fail("no-target-value", `${label}: the record referred to is not in the target`);
        scope.defer(field);
      }
      return run(scope);
    };
  }

  #each(def: EachDef, visible: Alias[]): EachOp {
    const item = eachAlias(def, this.#next++);
    // Inside, every row of the body can be named: before it is written it is that of the iteration before.
    const inner = [...visible, item];
    const first = this.#next;
    // A name that stood for a row before stays that row until the body writes another.
    for (const each of def.writes) {
      if (each.kind !== "write" || inner.some(({ name, kind }) => name === each.as && kind === "row"))
        continue;
      inner.push(rowAlias(each, this.#next++));
    }
    const names = this.#names([...visible, item]);
    const op = {
      kind: "each",
      def,
      index: item.index,
      when:
        def.when === null
          ? null
          : this.#place(def.as, this.#names(inner)).conditions.compile(def.when, `when of ${def.as}`),
      items: this.#itemsOf(def),
      rows: this.#rowsOf(def, names),
      ops: this.#items(def.writes, inner),
      inside: Array.from({ length: this.#next - first }, (_, i) => first + i),
    } satisfies EachOp;
    // After the last iteration its rows can still be named.
    visible.push(...inner.slice(visible.length + 1).filter(({ kind }) => kind === "row"));
    return op;
  }

  #itemsOf({ over }: EachDef): EachOp["items"] {
    if (over.kind !== "field") return () => null;
    const { field } = over;
    const named = this.#names([]).resolve(field);
    if (named === null) {
      this.#problems.unknown(
        over.at,
        `${this.#def.entity} has no`,
        field,
        Object.keys(entities[this.#def.entity].fields),
      );
      return () => null;
    }
    return (scope) => itemsOf(named.get(scope) as Value);
  }

  #rowsOf({ over, where }: EachDef, names: Names): EachOp["rows"] {
    if (over.kind !== "reference") return null;
    const { reference } = over;
    const conditions = where.flatMap(({ name, at, pipeline }) => {
      const column = reference.columns.find((each) => each.name === name);
      if (column === undefined) {
        this.#problems.unknown(
          at,
          `reference ${reference.name} has no`,
          name,
          reference.columns.map((each) => each.name),
        );
        return [];
      }
      return [
        { column, run: compilePipeline(pipeline, this.#place(`${reference.name}.${name}`, names)).run },
      ];
    });
    return (scope) => {
      const by: Record<string, TargetValue> = {};
      for (const { column, run } of conditions) {
        const value = run(scope);
        const wanted = value === failed ? undefined : coerceToColumn(value, column.type);
        // No row of the reference belongs to what is absent.
        if (wanted === undefined || wanted === null) return [];
        by[column.name] = wanted;
      }
      return scope.target?.reference(reference.name, by) ?? [];
    };
  }
}
