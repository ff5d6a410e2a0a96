import type { LoadedSystem, OutboundPreview, StepEffect } from "@cutover/mapping";
import { previewInbound, previewOutbound } from "@cutover/mapping";
import {
  CutoverError,
  entities,
  exit,
  issueCodes,
  type CanonicalRecord,
  type EntityName,
  type ExtractSpec,
  type IssueCode,
  type SourceValue,
} from "@cutover/model";
import type { Call, Outcome } from "../command.js";
import { readMigration } from "../migration/read.js";
import { loadSystems } from "../migration/systems.js";
import { hidden, isSecret, secretColumns, secretTargets, withoutSecrets } from "../migration/secrets.js";
import { Closing, openSources, type OpenSource } from "../migration/workspace.js";
import { table } from "../output/table.js";
import { fitLines, safe } from "../output/text.js";

/** One record on its way, as far as it comes without the rest of the data. */
interface Previewed {
  readonly source: string;
  readonly mapping: string;
  readonly entity: EntityName;
  readonly key: string | null;
  readonly row: Readonly<Record<string, string | null>>;
  readonly excluded: string | null;
  readonly record: CanonicalRecord | null;
  readonly issues: readonly {
    readonly code: string;
    readonly field: string | null;
    readonly note: string | null;
  }[];
  readonly effects: readonly StepEffect[];
  readonly target: OutboundPreview | null;
}

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return typeof value === "object"
    ? JSON.stringify(value)
    : String(value as string | number | bigint | boolean);
};

/** References are shown by the source's own keys: what the target will call them is known only to a plan. */
function unresolved(
  entity: EntityName,
  record: CanonicalRecord,
): Record<string, string | readonly string[] | null> {
  return Object.fromEntries(
    Object.entries(entities[entity].fields)
      .filter(([, field]) => field.kind === "ref" || field.kind === "refs")
      .map(([name]) => [name, record[name] as string | readonly string[] | null]),
  );
}

interface Wanted {
  readonly entity: string | undefined;
  readonly key: string | undefined;
  readonly limit: number;
  readonly signal: AbortSignal;
}

async function previewMapping(
  source: OpenSource & { system: LoadedSystem },
  name: string,
  target: LoadedSystem,
  wanted: Wanted,
) {
  const mapping = source.system.inbound.find((m) => m.name === name)!;
  // A preview is looked at over shoulders.
  const secret = secretColumns(source.system.definition.inbound.find((def) => def.name === name)!);
  const inbound = previewInbound(source.system, name);
  const outbound = previewOutbound(target, mapping.entity, {});
  const found: Previewed[] = [];
  if (inbound === null) return found;
  const { extract } = mapping;
  for await (const batch of source.extractor.read(extract, { batchSize: 500, signal: wanted.signal })) {
    for (const row of batch.rows) {
      const { mapped, effects } = inbound(row);
      if (wanted.key !== undefined ? mapped.key !== wanted.key : mapped.record === null) continue;
      const { record } = mapped;
      const out =
        record === null ? null : outbound({ record, targetKeys: unresolved(mapping.entity, record) });
      found.push({
        source: source.use.name,
        mapping: name,
        entity: mapping.entity,
        key: mapped.key,
        row: namedRow(extract, row, secret),
        excluded: mapped.excluded,
        record: record === null ? null : withoutSecrets(mapping.entity, record),
        issues: mapped.issues,
        effects: effects.filter((e) => !isSecret(mapping.entity, e.field)),
        target: out === null ? null : hideTarget(target, out),
      });
      if (found.length >= wanted.limit) return found;
    }
  }
  return found;
}

const namedRow = (
  extract: ExtractSpec,
  row: readonly SourceValue[],
  secret: ReadonlySet<string>,
): Record<string, string | null> =>
  Object.fromEntries(
    extract.columns.map(({ name }, i) => [
      name,
      row[i] === null ? null : secret.has(name) ? hidden : textOf(row[i]),
    ]),
  );

function hideTarget(system: LoadedSystem, preview: OutboundPreview): OutboundPreview {
  const def = system.definition.outbound.find(({ name }) => name === preview.mapping)!;
  const secret = secretTargets(def);
  const { rows, projection } = preview;
  return {
    ...preview,
    effects: preview.effects.filter((e) => !secret.has(e.field)),
    rows: rows && {
      ...rows,
      rows: rows.rows.map((row) => ({
        ...row,
        values: Object.fromEntries(
          Object.entries(row.values).map(([column, value]) => [
            column,
            value !== null && secret.has(`${row.table.name}.${column}`) ? hidden : value,
          ]),
        ),
      })),
    },
    projection: projection && { ...projection, record: withoutSecrets(def.entity, projection.record) },
  };
}

/** `cutover preview`: a few records on their way. */
export async function preview({ args, options, signal }: Call): Promise<Outcome> {
  const limit = Number(options["limit"]);
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > 1000) {
    throw new CutoverError("usage", "--limit takes a whole number from 1 to 1000");
  }
  const migration = readMigration(args[0]);
  const systems = loadSystems(migration);
  const wanted: Wanted = {
    entity: options["entity"] as string | undefined,
    key: options["key"] as string | undefined,
    limit,
    signal,
  };
  const closing = new Closing();
  const found: Previewed[] = [];
  try {
    for (const [i, source] of (await openSources(migration, systems, closing)).entries()) {
      const { system } = systems.sources[i]!;
      for (const mapping of system.inbound) {
        if (wanted.entity !== undefined && mapping.entity !== wanted.entity) continue;
        found.push(...(await previewMapping({ ...source, system }, mapping.name, systems.target, wanted)));
      }
    }
  } finally {
    await closing.close();
  }
  if (wanted.key !== undefined && found.length === 0) {
    const among = wanted.entity === undefined ? "no record" : `no ${wanted.entity}`;
    throw new CutoverError("usage", `${among} of the sources has the key ${safe(wanted.key)}`, {
      remedy: "Keys are written as `cutover flags` and the report write them.",
    });
  }
  return {
    status: exit.clean,
    json: { records: found.map(({ target, ...p }) => ({ ...p, target: targetJson(target) })) },
    text: found.length === 0 ? "No such record." : found.map(previewText).join("\n\n"),
  };
}

const targetJson = (target: OutboundPreview | null): unknown =>
  target === null
    ? null
    : {
        mapping: target.mapping,
        excluded: target.excluded,
        rows: target.rows?.rows.map((r) => ({ table: r.table.name, role: r.role, values: r.values })) ?? [],
        readsBack: target.projection?.record ?? null,
        explained: target.projection === null ? {} : Object.fromEntries(target.projection.explained),
      };

/** What a value is that only the target knows. */
function unknownText(place: string, target: OutboundPreview, record: CanonicalRecord | null): string | null {
  const unknown = target.unknown.get(place);
  if (unknown === undefined) return null;
  if (unknown.kind === "id") return `(the id of the ${unknown.table})`;
  if (unknown.kind === "lookup") return `(looked up in the target's ${unknown.reference})`;
  const key = record?.[unknown.field] ?? null;
  return key === null ? null : `(the id of the ${unknown.field} ${textOf(key)})`;
}

/** What the steps did to a value: those that left it as it was are named alone. */
function effectsText(effects: readonly StepEffect[]): string {
  const all = effects.map(({ step, how, input, output }) => {
    const [before, after] = [textOf(input), textOf(output)];
    if (before === after) return step;
    // Of a value map, the one entry that is used says enough.
    const told = step === "map" ? "by the value map" : how;
    return before === "" ? told : `${told}: ${before} → ${after}`;
  });
  return [...new Set(all)].join("; ");
}

function targetText({ target, record }: Previewed): string {
  if (target === null) return "The target has no place for this kind of record.";
  if (target.excluded !== null) return `Left out by the rule ${target.excluded} of ${target.mapping}.`;
  const rows = (target.rows?.rows ?? []).flatMap((row) => {
    const name = row.role === "shared" ? `${row.table.name} (shared)` : row.table.name;
    // What a reference leads to is not known here, and its column is not filled.
    const referring = [...target.unknown].flatMap(([place, { kind }]) =>
      kind === "reference" && place.startsWith(`${row.table.name}.`)
        ? [[place.slice(row.table.name.length + 1), null] as const]
        : [],
    );
    const values = Object.entries({ ...Object.fromEntries(referring), ...row.values });
    const cells = values.flatMap(([column, value]) => {
      const place = `${row.table.name}.${column}`;
      const unknown = unknownText(place, target, record);
      if (unknown !== null) return [[column, unknown, ""]];
      if (value === null || value === "") return [];
      const text = textOf(value);
      const effects = target.effects.filter((e) => e.field === place);
      const isOfThis = textOf(effects.at(-1)?.output) === text;
      return [[column, text, isOfThis ? effectsText(effects.filter(changes)) : ""]];
    });
    return cells.map((cell, i) => [i === 0 ? name : "", ...cell]);
  });
  return table(["table", "column", "value", "how"], rows, { lines: 6 });
}

const changes = ({ input, output }: StepEffect): boolean => textOf(input) !== textOf(output);

/** A note may begin with the name of a step, which is often that of the field. */
function issueText({ code, field, note }: Previewed["issues"][number]): string {
  const where = field === null ? "" : ` (${field})`;
  const why = note === null ? "" : note.startsWith(`${field}: `) ? note.slice(field!.length + 2) : note;
  const meaning = issueCodes[code as IssueCode][0];
  return fitLines(`! ${code}${where}: ${meaning}${why === "" ? "" : ` (${safe(why)})`}`);
}

function previewText(p: Previewed): string {
  const from = table(
    ["source column", "value"],
    Object.entries(p.row)
      .filter(([, v]) => v !== null)
      .map(([column, value]) => [column, value]),
  );
  const head = `── ${p.entity} ${safe(p.key ?? "(no key)")} · ${p.source} · ${p.mapping} ──`;
  if (p.excluded !== null) return [head, from, "", `Left out by the rule ${p.excluded}.`].join("\n");
  const steps = (field: string): string => effectsText(p.effects.filter((e) => e.field === field));
  const canonical = Object.entries(p.record ?? {})
    .filter(([, value]) => value !== null)
    .map(([field, value]) => [field, textOf(value), steps(field)]);
  return [
    head,
    from,
    "",
    table(["canonical field", "value", "how"], canonical),
    ...p.issues.map(issueText),
    "",
    targetText(p),
  ].join("\n");
}
