import { type ColumnType, suggest, type TableSpec } from "@cutover/model";
import type { TableColumnDef, TableDef } from "../definition.js";
import { entries, items, member, plain, textOf, type Entry, type Node } from "../source/node.js";
import type { ParseContext } from "./context.js";

/** What the SQL types of a target's columns hold. */
const types: Readonly<Record<string, ColumnType>> = {
  bigint: "integer",
  integer: "integer",
  int: "integer",
  mediumint: "integer",
  smallint: "integer",
  tinyint: "integer",
  serial: "integer",
  bigserial: "integer",
  varchar: "text",
  char: "text",
  nvarchar: "text",
  text: "text",
  tinytext: "text",
  mediumtext: "text",
  longtext: "text",
  uuid: "text",
  decimal: "decimal",
  numeric: "decimal",
  float: "float",
  double: "float",
  "double precision": "float",
  real: "float",
  boolean: "boolean",
  bool: "boolean",
  date: "date",
  time: "time",
  datetime: "time",
  timestamp: "time",
  timestamptz: "time",
  bytes: "bytes",
  blob: "bytes",
  mediumblob: "bytes",
  longblob: "bytes",
  binary: "bytes",
  varbinary: "bytes",
  bytea: "bytes",
  json: "json",
  jsonb: "json",
};

const columnForm =
  /^([A-Za-z]+(?: precision)?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?(?:\s+(unsigned))?(?:\s+(not null|null))?(?:\s+default\s+(\S.*))?$/i;

/** `varchar(100) null default ''` */
function parseColumn(name: string, entry: Entry, context: ParseContext): TableColumnDef | null {
  const text = textOf(entry.value);
  const found = text === null ? null : columnForm.exec(text.trim());
  if (text === null || found === null) {
    if (text !== null) {
      context.problem(
        entry.value.at,
        `\`${name}\` is not of the form \`type(length) null default value\``,
        "For example: `varchar(100)`, `bigint null`, `decimal(10,5) default 0`.",
      );
    }
    return null;
  }
  const [, word = "", length, scale, , nullable, fallback] = found;
  const type = Object.hasOwn(types, word.toLowerCase()) ? types[word.toLowerCase()] : undefined;
  if (type === undefined) {
    context.problem(
      entry.value.at,
      `there is no type \`${word}\``,
      suggest(word.toLowerCase(), Object.keys(types)),
    );
    return null;
  }
  const declared = fallback === undefined ? undefined : parseDefault(fallback);
  return {
    name,
    type,
    nullable: nullable?.toLowerCase() === "null",
    ...(type === "text" && length !== undefined ? { maxLength: Number(length) } : {}),
    hasDefault: fallback !== undefined,
    sqlType: `${word.toLowerCase()}${length === undefined ? "" : scale === undefined ? `(${length})` : `(${length},${scale})`}`,
    scale: type === "decimal" && length !== undefined ? Number(scale ?? 0) : null,
    ...(declared === undefined ? {} : { default: declared }),
    at: entry.at,
  };
}

/** Stands for a column whose type is at fault, so that nothing else is said of it. */
const unknownColumn = (name: string, { at }: Entry): TableColumnDef => ({
  name,
  type: "text",
  nullable: true,
  hasDefault: true,
  sqlType: "text",
  scale: null,
  at,
});

/** A literal; undefined where the target computes the default. */
function parseDefault(text: string): string | number | null | undefined {
  if (/^null$/i.test(text)) return null;
  const quoted = /^'((?:[^']|'')*)'$/.exec(text)?.[1];
  if (quoted !== undefined) return quoted.replaceAll("''", "'");
  if (/^true$/i.test(text)) return 1;
  if (/^false$/i.test(text)) return 0;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

const known = new Set(["table", "holds", "id", "columns", "dependents", "bystanders"]);

export function parseTable(name: string, entry: Entry, context: ParseContext): TableDef {
  const node = entry.value;
  const columns = new Map<string, TableColumnDef>();
  for (const [column, declared] of entries(member(node, "columns"))) {
    columns.set(column, parseColumn(column, declared, context) ?? unknownColumn(column, declared));
  }
  const idNode = member(node, "id");
  const id = textOf(idNode);
  if (idNode !== undefined && id !== null && !columns.has(id)) {
    context.problem(idNode.at, `table \`${name}\` has no column \`${id}\``, suggest(id, columns.keys()));
  }
  const real = member(node, "table");
  const spec: TableSpec = {
    name,
    table: real === undefined ? name : context.fill(real, context.text(real), []),
    ...(id === null ? {} : { id }),
    columns: [...columns.values()].map(({ name: column, type, nullable, maxLength, hasDefault }) => ({
      name: column,
      type,
      nullable,
      ...(maxLength === undefined ? {} : { maxLength }),
      hasDefault,
    })),
    dependents: items(member(node, "dependents")).map((item) => {
      const [table = "", column = ""] = context.text(item).split(".");
      return { table, column };
    }),
    bystanders: entries(member(node, "bystanders")).map(([table]) => table),
    options: optionsOf(node, known, context),
  };
  return { spec, holds: textOf(member(node, "holds")), columns, at: entry.at };
}

/** What the medium needs to know, parameters filled in. */
export function optionsOf(
  node: Node,
  known: ReadonlySet<string>,
  context: ParseContext,
  words: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  const options: Record<string, unknown> = {};
  for (const [key, { value }] of entries(node)) {
    if (known.has(key)) continue;
    const text = value.kind === "scalar" && typeof value.value === "string" ? value.value : null;
    options[key] = text === null ? plain(value) : context.fill(value, text, words);
  }
  return options;
}
