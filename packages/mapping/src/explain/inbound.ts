import { entities } from "@cutover/model";
import type { InboundDef, RuleDef, StepInfo, SystemDef } from "../definition.js";
import { conditionInWords, listed } from "./condition.js";
import { parametersInWords } from "./parameters.js";
import { nameInWords, pipelineInWords, sentence } from "./pipeline.js";

type Infos = ReadonlyMap<string, StepInfo>;

export const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines.map((line) => `- ${line}`)];

const names = (list: readonly string[]): string =>
  listed(
    list.map((name) => `\`${name}\``),
    "and",
  );

export const article = (word: string): string => `${/^[aeio]/.test(word) ? "an" : "a"} ${word}`;

/** A key of placeholders alone is told by what stands in them. */
function templateKeyInWords(template: string): string {
  const parts = template.split(/\{([\w.]+)\}/);
  const isPlain = parts.length > 1 && parts.every((part, i) => i % 2 === 1 || /^[|:]?$/.test(part));
  if (!isPlain) return `by the text \`${template}\``;
  const named = parts.filter((_, i) => i % 2 === 1).map((name) => nameInWords({ name }));
  return `by ${listed(named, "and")}`;
}

export function keyInWords(key: InboundDef["key"]): string {
  if (key.kind === "template") return templateKeyInWords(key.template);
  return `by ${names(key.names.map(({ name }) => name))}`;
}

export const rulesInWords = (rules: readonly RuleDef[]): readonly string[] =>
  rules.map(({ rule, when, because }) =>
    sentence(`**${rule}**: where ${conditionInWords(when.text)}`).concat(` ${sentence(because)}`),
  );

const changedInWords = ({ extract }: InboundDef): string =>
  extract.spec.changed === undefined
    ? ""
    : ` A delta reads the rows whose \`${extract.spec.changed}\` is as great as the greatest known, or greater.`;

export function explainInbound(def: InboundDef, system: SystemDef, steps: Infos): string {
  const fields = entities[def.entity].fields;
  const filled = new Set(def.fields.map(({ name }) => name));
  const empty = Object.keys(fields).filter((name) => !filled.has(name));
  const reasons = [...def.extract.ignore, ...def.ignore];
  const lines = [
    `# ${def.name}, inbound: what is read from ${system.title}`,
    "",
    `Each row of \`${def.extract.spec.name}\` of ${system.title} becomes ${article(def.entity)}, recognized ${keyInWords(def.key)}.${changedInWords(def)}`,
    ...section("Left out", rulesInWords(def.exclude)),
    ...section(
      "What is filled",
      def.fields.map(({ name, pipeline }) => {
        const required = fields[name]?.required === true ? " (required)" : "";
        return sentence(`**${name}**${required}: ${pipelineInWords(pipeline, steps)}`);
      }),
    ),
    ...(empty.length === 0 ? [] : ["", `Left empty: ${names(empty)}.`]),
    ...section(
      "What must hold",
      def.checks.map((check) => {
        const consequence =
          check.otherwise === "flag" ? "the record waits for a person" : "a warning is noted";
        return `${sentence(conditionInWords(check.that.text))} Otherwise ${consequence}. ${sentence(check.because)}`;
      }),
    ),
    ...section(
      "Not taken",
      reasons.map(([column, { because }]) => `\`${column}\`: ${sentence(because)}`),
    ),
    ...section(
      "Shown by examples",
      def.examples.map(({ name }) => sentence(name)),
    ),
  ];
  const text = lines.join("\n");
  return `${[text, ...parametersInWords(text, system)].join("\n")}\n`;
}
