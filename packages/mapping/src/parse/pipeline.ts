import type {
  ConstantDef,
  ExpressionDef,
  FieldDef,
  FromDef,
  NameDef,
  PipelineDef,
  StepDef,
} from "../definition.js";
import { pipelineKeys } from "../schema/pipeline.js";
import {
  entries,
  items,
  member,
  plain,
  positions,
  textOf,
  type Entry,
  type MapNode,
  type Node,
  type Plain,
} from "../source/node.js";
import type { ParseContext } from "./context.js";
import { validate } from "./validate.js";

export const parseExpression = (node: Node | undefined): ExpressionDef | null => {
  const text = textOf(node);
  return node === undefined || text === null ? null : { text, at: node.at };
};

export const parseName = (node: Node): NameDef => ({ name: textOf(node) ?? "", at: node.at });

export const parseNames = (node: Node | undefined): readonly NameDef[] => items(node).map(parseName);

/** Named pipelines: canonical fields or columns. */
export const parseFields = (node: Node | undefined, context: ParseContext): readonly FieldDef[] =>
  entries(node).map(([name, { at, value }]) => ({ name, at, pipeline: parsePipeline(value, context) }));

function parsePipeline(node: Node, context: ParseContext): PipelineDef {
  const empty = {
    when: null,
    from: null,
    value: null,
    cases: null,
    merge: null,
    steps: [],
    later: false,
    because: null,
  };
  if (node.kind !== "map") return { ...empty, at: node.at, from: parseFrom(node) };
  const from = node.entries.get("from");
  const value = node.entries.get("value");
  const cases = node.entries.get("cases");
  const merge = node.entries.get("merge");
  const origins = [from, value, cases, merge].filter((entry) => entry !== undefined);
  if (origins.length > 1) {
    context.problem(
      origins[1]?.at,
      "a value begins with one of `from`, `value`, `cases` and `merge`, not with two",
    );
  }
  return {
    at: node.at,
    when: parseExpression(member(node, "when")),
    from: from === undefined ? null : parseFrom(from.value),
    value: value === undefined ? null : parseConstant(value.value, context),
    cases: cases === undefined ? null : parseCases(cases.value, context),
    merge: merge === undefined ? null : items(merge.value).map((item) => parsePipeline(item, context)),
    steps: parseSteps(node, context),
    later: plainMember(node, "later") === true,
    because: textOf(member(node, "because")),
  };
}

const plainMember = (node: Node, key: string): unknown => {
  const found = member(node, key);
  return found?.kind === "scalar" ? found.value : undefined;
};

function parseFrom(node: Node): FromDef {
  const list = node.kind === "list";
  return { names: list ? parseNames(node) : [parseName(node)], list, at: node.at };
}

const parseConstant = (node: Node, context: ParseContext): ConstantDef => ({
  constant: context.constant(plain(node), node.at),
  at: node.at,
});

function parseCases(node: Node, context: ParseContext): readonly PipelineDef[] {
  const list = items(node);
  list.forEach((item, i) => {
    if (i < list.length - 1 && item.kind === "map" && !item.entries.has("when")) {
      context.problem(
        item.at,
        "this case always holds, so that those after it never do",
        "Give it a `when`.",
      );
    }
  });
  return list.map((item) => parsePipeline(item, context));
}

/** The steps of a pipeline, in the order in which its keys are written; `steps` come where they stand. */
function parseSteps(node: MapNode, context: ParseContext): readonly StepDef[] {
  return [...keyedSteps(node, context, pipelineKeys), ...listedSteps(member(node, "steps"), context)];
}

const listedSteps = (node: Node | undefined, context: ParseContext): readonly StepDef[] =>
  items(node).flatMap((item) => {
    if (item.kind !== "map") return [];
    const steps = keyedSteps(item, context, {});
    if (steps.length > 1) {
      context.problem(
        item.at,
        "an entry of `steps` is one step with its options",
        "Begin a new entry (`-`) for each step.",
      );
    }
    return steps;
  });

function keyedSteps(
  node: MapNode,
  context: ParseContext,
  reserved: Readonly<Record<string, unknown>>,
): readonly StepDef[] {
  const keys = [...node.entries].filter(([key]) => !Object.hasOwn(reserved, key));
  const options = optionKeys(
    keys.map(([key]) => key),
    context,
  );
  const steps: StepDef[] = [];
  for (const [key, entry] of keys) {
    if (options.has(key)) continue;
    if (context.steps.has(key)) {
      steps.push(parseStep(key, entry, node, context));
      continue;
    }
    // `additionalProperties` tells of an unknown key in a pipeline; entries of `steps` are checked here.
    const owners = [...context.steps.values()].filter((step) => Object.hasOwn(step.options, key));
    if (owners.length > 0) {
      const names = owners.map((step) => `\`${step.name}\``).join(" or ");
      context.problem(entry.at, `\`${key}\` belongs to ${names}, which is not here`);
    } else if (Object.keys(reserved).length === 0) {
      context.unknownStep(key, entry.at);
    }
    steps.push({
      name: key,
      arg: plain(entry.value),
      options: {},
      inner: null,
      faulty: true,
      at: entry.at,
      positions: new Map(),
    });
  }
  return steps;
}

/** Keys that are options of a step standing beside them: `zone` is one beside `date`, and a step elsewhere. */
function optionKeys(keys: readonly string[], context: ParseContext): ReadonlySet<string> {
  const found = new Set<string>();
  for (const key of keys) {
    for (const option of Object.keys(context.steps.get(key)?.options ?? {})) {
      if (option !== key && keys.includes(option)) found.add(option);
    }
  }
  return found;
}

function parseStep(name: string, entry: Entry, beside: MapNode, context: ParseContext): StepDef {
  const info = context.steps.get(name)!;
  const before = context.problems.length;
  const isOfSteps = info.ofSteps === true;
  if (isOfSteps && entry.value.kind !== "list")
    context.problem(entry.value.at, `\`${name}\` takes a list of steps`);
  if (!isOfSteps)
    context.problems.push(...validate(info.schema, filled(entry.value, context), `\`${name}\``));
  const places = new Map([[`/${name}`, entry.at], ...positions(entry.value, `/${name}`)]);
  const options = Object.create(null) as Record<string, Plain>;
  for (const [option, schema] of Object.entries(info.options)) {
    const given = beside.entries.get(option);
    if (given === undefined || option === name) continue;
    context.problems.push(...validate(schema, filled(given.value, context), `\`${option}\``));
    options[option] = plain(given.value);
    places.set(`/${option}`, given.at);
    positions(given.value, `/${option}`, places);
  }
  const inner = isOfSteps ? listedSteps(entry.value, context) : null;
  const raw = { name, arg: plain(entry.value), options, inner, at: entry.at, positions: places };
  if (context.problems.length > before) return { ...raw, faulty: true };
  const names = new Set(info.names({ ...raw, faulty: false }).map(({ pointer }) => pointer));
  const arg = isOfSteps ? raw.arg : context.constant(raw.arg, entry.value.at, names, `/${name}`);
  for (const [option, value] of Object.entries(options)) {
    options[option] = context.constant(value, places.get(`/${option}`) ?? entry.at, names, `/${option}`);
  }
  return { ...raw, arg, faulty: context.problems.length > before };
}

/** A parameter in place of a constant is checked by its value. */
function filled(node: Node, context: ParseContext): Node {
  if (node.kind === "list") return { ...node, items: node.items.map((item) => filled(item, context)) };
  if (node.kind === "map") {
    const inner = [...node.entries].map(
      ([key, entry]) => [key, { ...entry, value: filled(entry.value, context) }] as const,
    );
    return { ...node, entries: new Map(inner) };
  }
  const parameter = typeof node.value === "string" ? /^param\.(\w+)$/.exec(node.value)?.[1] : undefined;
  const value = parameter === undefined ? undefined : context.parameters.get(parameter)?.value;
  return value === undefined ? node : { ...node, value, source: String(value) };
}
