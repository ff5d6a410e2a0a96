import type {
  FieldDef,
  InboundDef,
  OutboundDef,
  PipelineDef,
  StepInfo,
  SystemDef,
  WriteItemDef,
} from "../definition.js";
import { conditionInWords } from "../explain/condition.js";
import { pipelineInWords } from "../explain/pipeline.js";
import { pipelineChanges, sameMeaning } from "./pipeline.js";

/** One thing an edit changes. */
export interface Change {
  /** The mapping it is in; null where it is the system's own. */
  readonly mapping: string | null;
  readonly direction: "inbound" | "outbound" | null;
  /** The canonical field, where the change is one field's; for `diff` on staged data. */
  readonly field: string | null;
  /** In words. */
  readonly what: string;
}

type Infos = ReadonlyMap<string, StepInfo>;
type Say = (what: string, field?: string) => void;

/** What differs between two definitions of a system, in words. Nothing where their digests are equal. */
export function diffDefinitions(a: SystemDef, b: SystemDef, steps: Infos): readonly Change[] {
  const changes: Change[] = [];
  const say: Say = (what, field) =>
    void changes.push({ mapping: null, direction: null, field: field ?? null, what });
  if (a.title !== b.title) say(`the title was “${a.title}”, and is now “${b.title}”`);
  if (a.medium !== b.medium) say(`the medium was ${a.medium}, and is now ${b.medium}`);
  named(
    "parameter",
    valuesOf(a),
    valuesOf(b),
    say,
    (was, is) => `was ${String(was)}, and is now ${String(is)}`,
  );
  named("extract", a.extracts, b.extracts, say);
  named("table", a.tables, b.tables, say);
  named("reference table", a.references, b.references, say);
  named("condition before a load", byName(a.before), byName(b.before), say);
  named("condition after a load", byName(a.after), byName(b.after), say);
  named("control total", byEntity(a.totals), byEntity(b.totals), say);
  for (const direction of ["inbound", "outbound"] as const) {
    const before = byName<InboundDef | OutboundDef>(a[direction]);
    const after = byName<InboundDef | OutboundDef>(b[direction]);
    for (const name of keysOf(before, after)) {
      const was = before.get(name);
      const is = after.get(name);
      const tell: Say = (what, field) =>
        void changes.push({ mapping: name, direction, field: field ?? null, what });
      if (was === undefined) tell("the mapping is new");
      else if (is === undefined) tell("the mapping is gone");
      else diffMapping(was, is, steps, tell);
    }
  }
  return changes;
}

function diffMapping(a: InboundDef | OutboundDef, b: InboundDef | OutboundDef, steps: Infos, say: Say): void {
  if (a.entity !== b.entity) say(`it was of \`${a.entity}\`, and is now of \`${b.entity}\``);
  if (!sameMeaning(a.key, b.key)) say("the key is made otherwise");
  named("rule", byRule(a), byRule(b), say, (was, is) =>
    sameMeaning(was.when, is.when)
      ? "has another reason"
      : `excluded where ${conditionInWords(was.when.text)}, and now does where ${conditionInWords(is.when.text)}`,
  );
  if ("fields" in a && "fields" in b) {
    if (a.extract.spec.name !== b.extract.spec.name) {
      say(`it read \`${a.extract.spec.name}\`, and now reads \`${b.extract.spec.name}\``);
    }
    diffFields("", a.fields, b.fields, steps, say, true);
    named("check", checksOf(a), checksOf(b), say);
    named("ignored column", a.ignore, b.ignore, say);
  } else if ("writes" in a && "writes" in b) {
    diffOutbound(a, b, steps, say);
  }
}

function diffOutbound(a: OutboundDef, b: OutboundDef, steps: Infos, say: Say): void {
  if (!sameMeaning(a.when, b.when)) {
    say(`it was for records where ${whenInWords(a)}, and is now for those where ${whenInWords(b)}`);
  }
  if (!sameMeaning(a.one, b.one)) say("which records the target keeps, of several, is decided otherwise");
  if (!sameMeaning(names(a), names(b))) say("which fields an existing record keeps has changed");
  const before = writesOf(a.writes);
  const after = writesOf(b.writes);
  for (const name of keysOf(before, after)) {
    const was = before.get(name);
    const is = after.get(name);
    if (was === undefined) say(`rows of ${name} are now written`);
    else if (is === undefined) say(`rows of ${name} are no longer written`);
    else {
      if (is.kind === "write" && was.kind === "write")
        diffFields(`${name}.`, was.set, is.set, steps, say, false);
      if (!sameMeaning(frame(was), frame(is)))
        say(`when, how often or by what rows of ${name} are found has changed`);
    }
  }
  diffFields("what is read back of ", a.projection, b.projection, steps, say, true);
  named("field without a slot", a.noSlot, b.noSlot, say);
  named("overwritten field", a.overwritten, b.overwritten, say);
}

const whenInWords = ({ when }: OutboundDef): string =>
  when === null ? "always" : conditionInWords(when.text);

const names = (def: OutboundDef): readonly string[] => def.keepOnUpdate.map(({ name }) => name);

/** A write without its columns, an `each` without its writes. */
const frame = (item: WriteItemDef): unknown =>
  item.kind === "write" ? { ...item, set: [] } : { ...item, writes: [] };

function writesOf(
  writes: readonly WriteItemDef[],
  into = new Map<string, WriteItemDef>(),
): Map<string, WriteItemDef> {
  for (const item of writes) {
    into.set(item.kind === "write" ? `\`${item.as}\`` : `each \`${item.as}\``, item);
    if (item.kind === "each") writesOf(item.writes, into);
  }
  return into;
}

function diffFields(
  prefix: string,
  a: readonly FieldDef[],
  b: readonly FieldDef[],
  steps: Infos,
  say: Say,
  canonical: boolean,
): void {
  const before = pipelines(a);
  const after = pipelines(b);
  for (const name of keysOf(before, after)) {
    const was = before.get(name);
    const is = after.get(name);
    const field = canonical ? name : undefined;
    const label = prefix.endsWith(".") ? `${prefix.slice(0, -2)}.${name}\`` : `${prefix}\`${name}\``;
    if (was === undefined) say(`${label} is new: ${pipelineInWords(is!, steps)}`, field);
    else if (is === undefined)
      say(`${label} is no longer filled; it was ${pipelineInWords(was, steps)}`, field);
    else for (const change of pipelineChanges(was, is, steps)) say(`${label}: ${change}`, field);
  }
}

const pipelines = (fields: readonly FieldDef[]): ReadonlyMap<string, PipelineDef> =>
  new Map(fields.map(({ name, pipeline }) => [name, pipeline]));

function named<T>(
  kind: string,
  a: ReadonlyMap<string, T>,
  b: ReadonlyMap<string, T>,
  say: Say,
  changed: (was: T, is: T) => string = () => "has changed",
): void {
  for (const name of keysOf(a, b)) {
    const was = a.get(name);
    const is = b.get(name);
    if (was === undefined) say(`${kind} \`${name}\` is new`);
    else if (is === undefined) say(`${kind} \`${name}\` is gone`);
    else if (!sameMeaning(was, is)) say(`${kind} \`${name}\` ${changed(was, is)}`);
  }
}

const keysOf = (a: ReadonlyMap<string, unknown>, b: ReadonlyMap<string, unknown>): readonly string[] => [
  ...new Set([...a.keys(), ...b.keys()]),
];

const byName = <T extends { readonly name: string }>(list: readonly T[]): ReadonlyMap<string, T> =>
  new Map(list.map((item) => [item.name, item]));

const byEntity = <T extends { readonly entity: string }>(list: readonly T[]): ReadonlyMap<string, T> =>
  new Map(list.map((item) => [item.entity, item]));

const byRule = (def: InboundDef | OutboundDef) => new Map(def.exclude.map((rule) => [rule.rule, rule]));

const checksOf = (def: InboundDef) =>
  new Map(def.checks.map((check) => [check.name ?? check.that.text, check]));

const valuesOf = (def: SystemDef) => new Map([...def.parameters].map(([name, { value }]) => [name, value]));
