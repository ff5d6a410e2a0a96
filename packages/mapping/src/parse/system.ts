import {
  type Column,
  type ColumnType,
  type EntityName,
  entityNames,
  type SourceValue,
  suggest,
} from "@cutover/model";
import type { Condition, Total } from "../contract.js";
import type { ExtractDef, Ignored, ReferenceDef, SystemDef, TableDef } from "../definition.js";
import { columnTypes, systemSchema } from "../schema/system.js";
import type { SourceFile } from "../source/files.js";
import { entries, items, member, plain, textOf, type Entry, type Node } from "../source/node.js";
import { dialectWords, type ParseContext } from "./context.js";
import { parseParameters, type GivenParameters } from "./parameters.js";
import { optionsOf, parseTable } from "./tables.js";
import { validate } from "./validate.js";

const schema = systemSchema();

export function parseSystem(
  { root }: SourceFile,
  given: GivenParameters,
  context: ParseContext,
): Omit<SystemDef, "inbound" | "outbound"> {
  context.problems.push(...validate(schema, root, "the system"));
  const parameters = parseParameters(member(root, "parameters"), given, root.at, context);
  context.parameters = parameters;
  const system = context.text(member(root, "system"));
  const medium = context.text(member(root, "medium"));
  const tables = named(member(root, "tables"), (name, entry) => parseTable(name, entry, context));
  checkDependents(member(root, "tables"), tables, context);
  return {
    at: root.at,
    name: system,
    title: context.text(member(root, "title")),
    medium,
    parameters,
    extracts: named(member(root, "extracts"), (name, entry) =>
      parseExtract(name, entry, { system, medium }, context),
    ),
    tables,
    references: named(member(root, "references"), (name, entry) => parseReference(name, entry, context)),
    fresh: parseFresh(member(root, "fresh"), tables, context),
    before: parseConditions(member(root, "before"), context),
    after: parseConditions(member(root, "after"), context),
    totals: parseTotals(member(root, "totals"), context),
  };
}

const named = <T>(node: Node | undefined, parse: (name: string, entry: Entry) => T): ReadonlyMap<string, T> =>
  new Map(entries(node).map(([name, entry]) => [name, parse(name, entry)]));

export const parseReasons = (node: Node | undefined): ReadonlyMap<string, Ignored> =>
  named(node, (_, { at, value }) => ({ because: textOf(value) ?? "", at }));

function parseColumns(node: Node | undefined): readonly Column[] {
  return entries(node).map(([name, { value }]) => {
    const type = textOf(value) as ColumnType;
    return { name, type: columnTypes.includes(type) ? type : "text", nullable: true };
  });
}

const extractKeys = new Set(["key", "columns", "changed", "ignore"]);

/** Types whose values can be told to be later or greater, by the database and by us alike. */
const rising: ReadonlySet<ColumnType> = new Set(["integer", "date", "time"]);

function parseExtract(
  name: string,
  { at, value: node }: Entry,
  { system, medium }: { readonly system: string; readonly medium: string },
  context: ParseContext,
): ExtractDef {
  const columns = parseColumns(member(node, "columns"));
  const known = columns.map((column) => column.name);
  const expectColumn = (column: string, place: Node["at"]): void => {
    if (known.length > 0 && !known.includes(column)) {
      context.problem(place, `extract \`${name}\` has no column \`${column}\``, suggest(column, known));
    }
  };
  const key = items(member(node, "key"));
  for (const item of key) expectColumn(context.text(item), item.at);
  const changed = member(node, "changed");
  if (changed !== undefined) {
    const column = context.text(changed);
    expectColumn(column, changed.at);
    const type = columns.find((c) => c.name === column)?.type;
    if (type !== undefined && !rising.has(type)) {
      context.problem(
        changed.at,
        `\`changed\` names a column of type ${type}; it has to be integer, date or time`,
      );
    }
  }
  const ignore = parseReasons(member(node, "ignore"));
  for (const [column, ignored] of ignore) expectColumn(column, ignored.at);
  for (const item of items(member(node, "optional"))) expectColumn(context.text(item), item.at);
  for (const [column, entry] of entries(member(node, "headers"))) expectColumn(column, entry.at);
  if (node.kind === "map" && !node.entries.has("sql") && !node.entries.has("file")) {
    context.problem(at, `extract \`${name}\` lacks one of \`sql\`, \`file\``);
  }
  if ((textOf(member(node, "medium")) ?? medium) === "xml" && member(node, "record") === undefined) {
    context.problem(at, `extract \`${name}\` lacks \`record\`: the path of an element of the document`);
  }
  return {
    spec: {
      name,
      columns,
      key: key.map((item) => context.text(item)),
      ...(changed === undefined ? {} : { changed: context.text(changed) }),
      options: optionsOf(node, extractKeys, context, dialectWords),
      system,
    },
    ignore,
    at,
  };
}

function parseReference(name: string, { at, value: node }: Entry, context: ParseContext): ReferenceDef {
  const sql = member(node, "sql");
  const columns = parseColumns(member(node, "columns"));
  const known = columns.map((column) => column.name);
  const examples = items(member(node, "examples"));
  for (const row of examples) {
    for (const [column, entry] of entries(row)) {
      if (known.includes(column)) continue;
      context.problem(entry.at, `reference \`${name}\` has no column \`${column}\``, suggest(column, known));
    }
  }
  return {
    name,
    sql: sql === undefined ? "" : context.fill(sql, context.text(sql), dialectWords),
    columns,
    examples: examples.map((row) => plain(row) as Readonly<Record<string, SourceValue>>),
    at,
  };
}

function parseFresh(
  node: Node | undefined,
  tables: ReadonlyMap<string, TableDef>,
  context: ParseContext,
): SystemDef["fresh"] {
  return named(node, (name, { at, value }) => {
    const columns = tables.get(name)?.columns;
    if (columns === undefined) {
      context.problem(at, `there is no table \`${name}\``, suggest(name, tables.keys()));
      return [];
    }
    return items(value).map((row) => {
      const cells = entries(row).map(([column, cell]) => {
        if (!columns.has(column)) {
          context.problem(
            cell.at,
            `table \`${name}\` has no column \`${column}\``,
            suggest(column, columns.keys()),
          );
        } else if (cell.value.kind !== "scalar") {
          context.problem(cell.value.at, `\`${column}\` must be a text, a number or null`);
        }
        const filled = context.constant(plain(cell.value), cell.value.at);
        return [column, typeof filled === "object" ? null : filled] as const;
      });
      return Object.fromEntries(cells);
    });
  });
}

function parseConditions(node: Node | undefined, context: ParseContext): readonly Condition[] {
  const names = new Set<string>();
  return items(node).map((item) => {
    const name = context.text(member(item, "name"));
    const sql = member(item, "sql");
    const manual = textOf(member(item, "manual"));
    if (names.has(name)) context.problem(item.at, `the condition \`${name}\` is there twice`);
    names.add(name);
    if (item.kind === "map" && sql === undefined && manual === null) {
      context.problem(item.at, `the condition \`${name}\` lacks one of \`sql\`, \`manual\``);
    }
    return {
      name,
      because: context.text(member(item, "because")),
      sql: sql === undefined ? null : context.fill(sql, context.text(sql), dialectWords),
      manual,
      severity: textOf(member(item, "severity")) === "should" ? "should" : "must",
    };
  });
}

const isEntity = (name: string): name is EntityName => (entityNames as readonly string[]).includes(name);

const parseTotals = (node: Node | undefined, context: ParseContext): readonly Total[] =>
  entries(node).flatMap(([entity, { value }]) => {
    const sql = member(value, "sql");
    if (!isEntity(entity) || sql === undefined) return [];
    return [{ entity, sql: context.fill(sql, context.text(sql), dialectWords) }];
  });

function checkDependents(
  node: Node | undefined,
  tables: ReadonlyMap<string, TableDef>,
  context: ParseContext,
): void {
  for (const [, { value }] of entries(node)) {
    for (const item of items(member(value, "dependents"))) {
      const [table = "", column = ""] = context.text(item).split(".");
      if (table === "*") continue;
      const found = tables.get(table);
      if (found === undefined) {
        context.problem(item.at, `there is no table \`${table}\``, suggest(table, tables.keys()));
      } else if (!found.columns.has(column)) {
        context.problem(
          item.at,
          `table \`${table}\` has no column \`${column}\``,
          suggest(column, found.columns.keys()),
        );
      }
    }
  }
}
