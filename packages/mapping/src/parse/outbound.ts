import { entities, type Position, type SourceValue, suggest } from "@cutover/model";
import type {
  EachDef,
  OutboundDef,
  OutboundExampleDef,
  SystemDef,
  WriteDef,
  WriteItemDef,
} from "../definition.js";
import type { JsonSchema } from "../schema/common.js";
import type { SourceFile } from "../source/files.js";
import { entries, items, member, textOf, type Node } from "../source/node.js";
import type { ParseContext } from "./context.js";
import { isEntity, parseExampleBase, parseKey, parseRules, plainMap } from "./inbound.js";
import { parseExpression, parseFields, parseNames } from "./pipeline.js";
import { parseReasons } from "./system.js";
import { validate } from "./validate.js";

export function parseOutbound(
  { file, root }: SourceFile,
  schema: JsonSchema,
  system: Pick<SystemDef, "tables" | "references">,
  context: ParseContext,
): OutboundDef | null {
  context.problems.push(...validate(schema, root, "the mapping"));
  const entity = textOf(member(root, "from"));
  if (!isEntity(entity)) return null;
  const writes = new WriteParser(system, Object.keys(entities[entity].fields), context);
  return {
    name: context.text(member(root, "mapping")),
    file,
    at: root.at,
    entity,
    when: parseExpression(member(root, "when")),
    exclude: parseRules(member(root, "exclude"), context),
    one: parseCardinality(member(root, "one"), context),
    key: parseKey(member(root, "key"), root.at),
    keepOnUpdate: parseNames(member(root, "keepOnUpdate")),
    writes: writes.parse(member(root, "writes")),
    projection: parseFields(member(root, "projection"), context),
    noSlot: parseReasons(member(root, "noSlot")),
    overwritten: parseReasons(member(root, "overwritten")),
    examples: parseExamples(member(root, "examples"), context),
  };
}

/** A value, or values that are equal in rank. */
const rank = (node: Node, context: ParseContext): string | readonly string[] =>
  node.kind === "list" ? node.items.map((one) => context.text(one)) : context.text(node);

function parseCardinality(node: Node | undefined, context: ParseContext): OutboundDef["one"] {
  if (node?.kind !== "map") return null;
  const keep = items(member(node, "keep")).flatMap((item) =>
    entries(item).flatMap(([field, { value }]) => {
      if (value.kind === "list") {
        return [{ field, order: "asc" as const, values: value.items.map((one) => rank(one, context)) }];
      }
      const order = textOf(value);
      if (order === "asc" || order === "desc") return [{ field, order: order as "asc" | "desc" }];
      context.problem(value.at, "the order is `asc`, `desc` or a list of values");
      return [];
    }),
  );
  return {
    rule: context.text(member(node, "rule")),
    by: items(member(node, "by")).map((item) => context.text(item)),
    keep,
    because: context.text(member(node, "because")),
    at: node.at,
  };
}

class WriteParser {
  readonly #system: Pick<SystemDef, "tables" | "references">;
  readonly #fields: readonly string[];
  readonly #context: ParseContext;
  #primary = false;

  constructor(
    system: Pick<SystemDef, "tables" | "references">,
    fields: readonly string[],
    context: ParseContext,
  ) {
    this.#system = system;
    this.#fields = fields;
    this.#context = context;
  }

  parse(node: Node | undefined, inner = false): readonly WriteItemDef[] {
    return items(node).flatMap((item) => {
      const parsed = member(item, "each") === undefined ? this.#write(item, inner) : this.#each(item);
      return parsed === null ? [] : [parsed];
    });
  }

  #write(node: Node, inner: boolean): WriteDef | null {
    const to = member(node, "to");
    const name = textOf(to);
    if (to === undefined || name === null) return null;
    const table = this.#system.tables.get(name);
    if (table === undefined) {
      this.#context.problem(
        to.at,
        `there is no table \`${name}\``,
        suggest(name, this.#system.tables.keys()),
      );
      return null;
    }
    const shared = plainFlag(member(node, "shared"));
    const primary = !shared && !inner && !this.#primary;
    if (primary) this.#primary = true;
    const find = member(node, "find");
    return {
      kind: "write",
      table,
      as: textOf(member(node, "as")) ?? name,
      role: shared ? "shared" : primary ? "primary" : "secondary",
      when: parseExpression(member(node, "when")),
      find: find === undefined ? null : parseNames(find),
      set: parseFields(member(node, "set"), this.#context),
      onlyNew: parseNames(member(node, "onlyNew")),
      same: parseNames(member(node, "same")),
      at: node.at,
    };
  }

  #each(node: Node): EachDef | null {
    const each = member(node, "each");
    const name = textOf(each);
    if (each === undefined || name === null) return null;
    const over = this.#over(name, each.at);
    if (over === null) return null;
    return {
      kind: "each",
      over,
      as: textOf(member(node, "as")) ?? "item",
      where: parseFields(member(node, "where"), this.#context),
      when: parseExpression(member(node, "when")),
      writes: this.parse(member(node, "writes"), true),
      at: node.at,
    };
  }

  #over(name: string, at: Position): EachDef["over"] | null {
    if (this.#fields.includes(name)) return { kind: "field", field: name, at };
    const reference = this.#system.references.get(name);
    if (reference !== undefined) return { kind: "reference", reference, at };
    const known = [...this.#fields, ...this.#system.references.keys()];
    this.#context.problem(at, `\`${name}\` is neither a field nor a reference table`, suggest(name, known));
    return null;
  }
}

const plainFlag = (node: Node | undefined): boolean => node?.kind === "scalar" && node.value === true;

type Rows = readonly Readonly<Record<string, unknown>>[];

const rowsOf = (node: Node): Rows =>
  (node.kind === "list" ? node.items : [node]).map(plainMap).filter((row) => row !== null);

const rowsByName = (node: Node | undefined): Readonly<Record<string, Rows>> =>
  Object.fromEntries(entries(node).map(([name, { value }]) => [name, rowsOf(value)]));

function parseExamples(node: Node | undefined, context: ParseContext): readonly OutboundExampleDef[] {
  const names = new Set<string>();
  return items(node).map((item) => {
    const expect = member(item, "expect");
    return {
      ...parseExampleBase(item, names, context),
      expect: expect === undefined ? null : rowsByName(expect),
      projected: plainMap(member(item, "projected")),
      there: rowsByName(member(item, "there")),
      references: rowsByName(member(item, "references")) as Readonly<
        Record<string, readonly Readonly<Record<string, SourceValue>>[]>
      >,
    };
  });
}
