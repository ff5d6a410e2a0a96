import { entityNames } from "@cutover/model";
import {
  enumeration,
  fileMembers,
  listOf,
  mapOf,
  object,
  oneOrMore,
  text,
  unlessExtends,
  type JsonSchema,
} from "./common.js";

export const columnTypes = [
  "text",
  "integer",
  "decimal",
  "float",
  "boolean",
  "date",
  "time",
  "bytes",
  "json",
] as const;

const columns = mapOf(
  enumeration(columnTypes, "What the column holds."),
  "Every column in order, with its type.",
);
const scalar: JsonSchema = { type: ["string", "number", "boolean"] };
const member = { type: "string", minLength: 1 } as const;

/** What the media that read and write files need to know. */
const file: Readonly<Record<string, JsonSchema>> = {
  file: text("Name or pattern of the files, below the connection's folder; `*` and `?` stand for parts."),
  format: text("The form of the file, where its medium has several."),
  encoding: enumeration(["auto", "utf-8", "utf-16le", "utf-16be", "windows-1252"], "The text's encoding."),
  delimiter: text("`comma`, `tab`, `pipe`, `semicolon`, `auto` or one character."),
  quote: { type: "string", description: "The quote character; `none` in files without quoting." },
  escape: text("`double`, or `backslash`."),
  recordEnd: text("A mark that ends a record, such as `!##!`."),
  header: { type: "boolean", description: "Whether the first record names the columns." },
  headers: mapOf(oneOrMore("Names of the column in files."), "Other names columns have in files."),
};

const extract: JsonSchema = {
  type: "object",
  description: "Something that is read: a query, a file, a sheet.",
  properties: {
    medium: text("Where it is not the system's own."),
    sql: text("The query; `{parameter}` is filled in. It runs unchanged on every engine."),
    ...file,
    optional: listOf(member, "Columns a file may lack; they read as null."),
    unknown: enumeration(["refuse", "ignore"], "What happens to columns that are not declared."),
    nullText: { type: "string", description: "An unquoted text that stands for null, such as `NULL`." },
    maxRecord: { type: "integer", minimum: 1, description: "Characters a record may have." },
    sheet: text("The sheet of a workbook; the first one unless said."),
    record: text(
      "The elements of an XML document from its root to a record: `enterprise/person`; `*` stands for any. Columns, or `headers`, name what is in a record as xml2js has it: `name/n/family`, `@recstatus`, `userid/_`, `.` for all of it, `../sourcedid/id` for what stands before it in the element around it.",
    ),
    namespaces: mapOf(
      { type: "string" },
      "Namespaces of XML by the prefixes paths use, whatever prefixes a file has; `''` for names without one.",
    ),
    key: { ...listOf(member, "Columns that order the rows and tell them apart."), minItems: 1 },
    columns,
    changed: text(
      "The column (integer, date or time) that the source raises whenever anything in a row changes: `plan --delta` reads the rows from the greatest value on that it has seen. Only where this holds for everything the row is made of, joined tables too.",
    ),
    ignore: mapOf(text("The reason."), "Columns no mapping of this extract has to use."),
  },
  required: ["key", "columns"],
  additionalProperties: false,
};

const table: JsonSchema = {
  type: "object",
  description: "A table or file of the target.",
  properties: {
    ...file,
    bom: { type: "boolean", description: "Whether the file begins with a byte order mark." },
    quoteAll: { type: "boolean", description: "Whether every value is quoted." },
    lineEnd: text("What ends a line."),
    sort: oneOrMore("Columns that order the file's records; `-` before a name turns it around."),
    neutralize: {
      type: "boolean",
      description: "Whether a text a spreadsheet would run gets a `'` in front.",
    },
    table: text("Its real name; `{parameter}` is filled in."),
    holds: text("What a row of it is, in a few words, for `cutover explain`: `a person`."),
    id: text("The column of the generated id."),
    columns: mapOf(
      text("Type, then `null` where it may be null, then `default …`."),
      "Columns that are written, and those the target requires: `varchar(100) null default ''`.",
    ),
    dependents: listOf(
      { type: "string", pattern: "^[^.]+\\.[^.]+$" },
      "`table.column` of rows that hang on this table's id; undo keeps a row something foreign hangs on. `*.column` is every table of the target that has the column.",
    ),
    bystanders: mapOf(
      text("Why what it holds is no reason to keep a row."),
      "Tables that `*` does not mean, without prefix.",
    ),
  },
  required: ["columns"],
  additionalProperties: false,
};

const condition = object(
  {
    name: { ...text("Name of the condition."), pattern: "^[a-z0-9][a-z0-9-]*$" },
    because: text("Why it must hold."),
    sql: text("A query that proves it: every row has `ok` = 1."),
    manual: text("What a person does and signs."),
    severity: enumeration(["must", "should"], "Whether a load is refused without it; must unless said."),
  },
  ["name", "because"],
);

const members: Readonly<Record<string, JsonSchema>> = {
  ...fileMembers,
  system: { ...text("Name of the system: that of its folder."), pattern: "^[a-z0-9][a-z0-9_-]*$" },
  title: text("The product's name and version."),
  medium: enumeration(
    ["sql", "csv", "xlsx", "ndjson", "xml", "http", "package"],
    "How it is read and written.",
  ),
  parameters: mapOf(
    object(
      {
        default: scalar,
        pattern: text("What its text must match, whole."),
        values: listOf(scalar, "The values it can have."),
        because: text("What it is for."),
      },
      [],
    ),
    "What differs from site to site; filled in by migration.yaml.",
  ),
  extracts: mapOf(extract, "What is read, by name."),
  tables: mapOf(table, "What is written, by name."),
  references: mapOf(
    object(
      {
        sql: text("The query."),
        columns,
        examples: listOf({ type: "object" }, "Rows that stand in for the target's when examples are run."),
      },
      ["sql", "columns"],
    ),
    "Small tables of the target, held in memory.",
  ),
  fresh: mapOf(
    listOf({ type: "object" }, "Rows: values by column."),
    "What a target that was just installed holds, by table; for scratch databases that stand in for it.",
  ),
  before: listOf(condition, "What must hold or be done before a load."),
  after: listOf(condition, "What must hold or be done after a load."),
  totals: {
    ...mapOf(
      object({ sql: text("The query.") }, ["sql"]),
      "Control totals of the raw data, by entity, past the mappings.",
    ),
    propertyNames: { enum: entityNames },
  },
  notes: oneOrMore("Free text for people; nothing reads it."),
};

const required = ["system", "title", "medium"];

export const systemSchema = (): JsonSchema => ({
  type: "object",
  properties: members,
  additionalProperties: false,
  required,
});

/** The schema of system.yaml, for editors. */
export const publishedSystemSchema = (): JsonSchema => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Cutover system",
  description: "What a system's records and tables are called, and what a load of it needs.",
  type: "object",
  properties: members,
  additionalProperties: false,
  ...unlessExtends(required),
});
