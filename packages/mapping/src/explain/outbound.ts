import type { Cardinality } from "../contract.js";
import type {
  EachDef,
  OutboundDef,
  PipelineDef,
  StepInfo,
  SystemDef,
  WriteDef,
  WriteItemDef,
} from "../definition.js";
import { entryOf } from "../map-entry.js";
import { conditionInWords, listed } from "./condition.js";
import { article, keyInWords, rulesInWords, section } from "./inbound.js";
import { parametersInWords } from "./parameters.js";
import { pipelineInWords, sentence } from "./pipeline.js";

type Infos = ReadonlyMap<string, StepInfo>;

const names = (list: readonly string[]): string =>
  listed(
    list.map((name) => `\`${name}\``),
    "and",
  );

export function explainOutbound(def: OutboundDef, system: SystemDef, steps: Infos): string {
  const which = def.when === null ? "Each" : "A";
  const condition = def.when === null ? "" : `, where ${conditionInWords(def.when.text)},`;
  const lines = [
    `# ${def.name}, outbound: what is written to ${system.title}`,
    "",
    `${which} ${def.entity}${condition} is written to ${system.title}. There it is recognized ${keyInWords(def.key)}.`,
    ...section("Left out", [
      ...rulesInWords(def.exclude),
      ...(def.one === null ? [] : [cardinalityInWords(def.one, def)]),
    ]),
    "",
    "## What is written",
    ...def.writes.flatMap((item) => writeInWords(item, 0, steps)),
    ...section(
      "Kept where the target has the record already",
      def.keepOnUpdate.map(({ name }) => `\`${name}\``),
    ),
    ...section(
      "What will be read back otherwise",
      def.projection.map(({ name, pipeline }) =>
        sentence(`**${name}**: ${pipelineInWords(pipeline, steps)}`),
      ),
    ),
    ...section(
      "What the target has no place for",
      [...def.noSlot].map(([name, { because }]) => `**${name}**: ${sentence(because)}`),
    ),
    ...section(
      "What the target sets by itself",
      [...def.overwritten].map(([name, { because }]) => `**${name}**: ${sentence(because)}`),
    ),
    ...section(
      "Shown by examples",
      def.examples.map(({ name }) => sentence(name)),
    ),
  ];
  const text = lines.join("\n");
  return `${[text, ...parametersInWords(text, system)].join("\n")}\n`;
}

function cardinalityInWords(one: Cardinality, def: OutboundDef): string {
  const order = one.keep.map(({ field, order, values }) => {
    if (values !== undefined) {
      const ranks = values.map((rank) => [rank].flat().map((value) => `“${value}”`));
      return `\`${field}\` in the order ${ranks.map((equal) => equal.join(" or ")).join(", ")}`;
    }
    return `the ${order === "desc" ? "greatest" : "least"} \`${field}\``;
  });
  return `**${one.rule}**: the target keeps one ${def.entity} for each ${names(one.by)}; the one that stays is the first by ${order.join(", then by ")}. ${sentence(one.because)}`;
}

function writeInWords(item: WriteItemDef, depth: number, steps: Infos): readonly string[] {
  return item.kind === "each" ? eachInWords(item, depth, steps) : rowInWords(item, depth, steps);
}

const indent = (depth: number): string => "  ".repeat(depth);

function eachInWords(def: EachDef, depth: number, steps: Infos): readonly string[] {
  const where = def.where.map(
    ({ name, pipeline }) => `\`${name}\` is ${pipelineInWords(pipeline, steps).replace(/^taken from /, "")}`,
  );
  const over =
    def.over.kind === "field"
      ? `every entry of \`${def.over.field}\``
      : `every row of the target's \`${def.over.reference.name}\`${where.length === 0 ? "" : ` whose ${where.join(" and ")}`}`;
  const when = def.when === null ? "" : `, where ${conditionInWords(def.when.text)}`;
  return [
    ...(depth === 0 ? [""] : []),
    `${indent(depth)}- For ${over} (called \`${def.as}\`)${when}:`,
    ...def.writes.flatMap((item) => writeInWords(item, depth + 1, steps)),
  ];
}

function rowInWords(def: WriteDef, depth: number, steps: Infos): readonly string[] {
  const when = def.when === null ? "" : `, where ${conditionInWords(def.when.text)}`;
  const { holds, spec } = def.table;
  const told = [
    ...(holds === null ? [] : [holds]),
    ...(def.as === spec.name ? [] : [`called \`${def.as}\``]),
  ];
  const alias = told.length === 0 ? "" : ` (${told.join("; ")})`;
  const same =
    def.same.length === 0
      ? ""
      : ` A record that needs another ${names(def.same.map(({ name }) => name))} than it has is flagged.`;
  const what =
    def.role === "shared"
      ? `A row of \`${def.table.spec.name}\`${alias} that many records share${when}. It is made once, where none has the same ${names(findOf(def))}, and never changed.${same}`
      : `${sentence(`${capital(article(def.role === "primary" ? "row" : "further row"))} of \`${def.table.spec.name}\`${alias}${when}`)}${
          def.find === null ? "" : ` A row with the same ${names(findOf(def))} is the same row.`
        }`;
  const fresh = new Set(def.onlyNew.map(({ name }) => name));
  return [
    ...(depth === 0 ? [""] : []),
    `${indent(depth)}- ${what}`,
    ...def.set.map(({ name, pipeline }) => {
      const kept = fresh.has(name) ? "; only when the row is made" : unsaid(def, name, pipeline);
      return `${indent(depth + 1)}- ${sentence(`\`${name}\`: ${pipelineInWords(pipeline, steps)}${kept}`)}`;
    }),
  ];
}

/** What is said of a column that an entry of a map fills. */
function unsaid(def: WriteDef, column: string, pipeline: PipelineDef): string {
  const isKey = def.find?.some(({ name }) => name === column) ?? false;
  return def.role === "shared" || isKey || entryOf(pipeline) === null
    ? ""
    : "; a row that is there keeps its own where the source has none";
}

const findOf = (def: WriteDef): readonly string[] => (def.find ?? []).map(({ name }) => name);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
