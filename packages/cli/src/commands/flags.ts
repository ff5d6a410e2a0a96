import { placeText, type Ledger } from "@cutover/ledger";
import {
  CutoverError,
  entities,
  exit,
  issueCodes,
  nearest,
  suggest,
  type EntityName,
  type IssueCode,
} from "@cutover/model";
import type { Call, Outcome } from "../command.js";
import { withLedger } from "../migration/ledger.js";
import { readMigration } from "../migration/read.js";
import { table } from "../output/table.js";
import { safe } from "../output/text.js";

interface Found {
  readonly id: number;
  readonly code: IssueCode;
  readonly severity: "flag" | "warning";
  readonly entity: EntityName;
  readonly source: string;
  readonly mapping: string;
  readonly record: number;
  readonly key: string;
  /** The file it is from, and its number there; without a file its number in the extract. */
  readonly file: string | null;
  readonly at: number;
  readonly field: string | null;
  readonly note: string | null;
  /** What the source had in the columns the field comes from. */
  readonly raw: string | null;
  readonly rootKey: string | null;
}

/** Also what the source no longer has: that is what the flag is about. */
function find(ledger: Ledger, wanted: Readonly<Record<string, string | undefined>>): readonly Found[] {
  return ledger.db
    .prepare(
      `SELECT i.id, i.code, i.severity, m.entity, side.name AS source, m.name AS mapping, r.id AS record, r.key, p.file, p.at,
              i.field, i.note, i.raw, (SELECT key FROM record WHERE record.id = i.root) AS rootKey
         FROM issue i JOIN record r ON r.id = i.record JOIN place p ON p.record = r.id JOIN mapping m ON m.id = r.mapping JOIN side ON side.id = m.side
        WHERE (r.gone IS NULL OR i.code = 'vanished')
          AND (@code IS NULL OR i.code = @code) AND (@entity IS NULL OR m.entity = @entity)
          AND (@severity IS NULL OR i.severity = @severity)
        ORDER BY i.severity, i.code, m.id, r.at, i.id`,
    )
    .all({
      code: wanted["code"] ?? null,
      entity: wanted["entity"] ?? null,
      severity: wanted["severity"] ?? null,
    }) as Found[];
}

interface Count {
  readonly code: IssueCode;
  readonly severity: string;
  readonly entity: EntityName;
  /** Records that have the code; one that has it twice is one record. */
  readonly records: number;
  readonly flags: number;
}

/** Groups in the order in which they are met. */
function grouped(found: readonly Found[], nameOf: (one: Found) => string): readonly (readonly Found[])[] {
  const groups = new Map<string, Found[]>();
  for (const one of found) {
    const name = nameOf(one);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

const recordsOf = (found: readonly Found[]): number => new Set(found.map(({ record }) => record)).size;

const countBy = (found: readonly Found[]): readonly Count[] =>
  grouped(found, ({ code, severity, entity }) => `${severity} ${code} ${entity}`).map((all) => {
    const { code, severity, entity } = all[0]!;
    return { code, severity, entity, records: recordsOf(all), flags: all.length };
  });

/** A line a code: how many records of which entities, and what it means. */
function overviewText(counts: readonly Count[]): string {
  const nameOf = ({ code, severity }: Count): string =>
    severity === "flag" ? code : `${code} (${severity})`;
  return table(
    ["code", "records", "of", "what it means"],
    [...new Set(counts.map(nameOf))].map((name) => {
      const same = counts.filter((c) => nameOf(c) === name);
      const records = same.reduce((sum, count) => sum + count.records, 0);
      const of = same.map((count) => `${count.entity} ${count.records}`).join(", ");
      return [name, records, of, issueCodes[same[0]!.code][0]];
    }),
  );
}

/** Codes that speak of words: which ones are not known is what a person has to see. */
const ofWords: ReadonlySet<IssueCode> = new Set([
  "unmapped-value",
  "bad-code",
  "bad-boolean",
  "lookup-failed",
]);

interface Word {
  readonly mapping: string;
  readonly field: string | null;
  readonly word: string;
  readonly flags: number;
}

/** The distinct words of such a code, the commonest first. */
const wordsOf = (found: readonly Found[], code: string | undefined): readonly Word[] =>
  grouped(
    found.filter((one) => one.code === code && ofWords.has(one.code) && one.raw !== null),
    ({ mapping, field, raw }) => JSON.stringify([mapping, field, raw]),
  )
    .map((all) => ({
      mapping: all[0]!.mapping,
      field: all[0]!.field,
      word: all[0]!.raw!,
      flags: all.length,
    }))
    .toSorted((a, b) => b.flags - a.flags);

function wordsText(words: readonly Word[], limit: number): string {
  if (words.length === 0) return "";
  const rows = words.slice(0, limit).map((w) => [w.mapping, w.field, w.word, w.flags]);
  const more = words.length > limit ? `\n… and ${words.length - limit} more words (--json).` : "";
  return `\n\n${table(["mapping", "field", "the source has", "flags"], rows)}${more}`;
}

/** Which field, and why: a note may begin with the name of a step, which is often that of the field. */
function fieldAndWhy({ code, field, note, raw }: Found): string {
  const why = note ?? (ofWords.has(code) ? raw : null);
  if (field === null || why === null) return why ?? field ?? "";
  return why.startsWith(`${field}: `) ? why : `${field}: ${why}`;
}

/** @throws CutoverError `usage` for what is no code */
function requireCode(code: unknown): string | undefined {
  if (typeof code !== "string" || Object.hasOwn(issueCodes, code)) return code as string | undefined;
  const remedy = suggest(code, Object.keys(issueCodes)) ?? "The codes: docs/reference/codes.md.";
  throw new CutoverError("usage", `there is no code ${safe(code)}`, { remedy });
}

/** `cutover flags`: what needs a person; `--explain` says what one means and what can be done about it. */
export async function flags({ args, options, streams }: Call): Promise<Outcome> {
  const migration = readMigration(args[0]);
  return withLedger(migration, { write: false, command: "flags" }, (ledger) => {
    const explained = options["explain"];
    if (typeof explained === "string") return explain(ledger, explained);
    const code = requireCode(options["code"]);
    const found = find(ledger, {
      code,
      entity: options["entity"] as string | undefined,
      severity: options["warnings"] === true ? undefined : "flag",
    });
    const counts = countBy(found);
    const words = wordsOf(found, code);
    const limit = Number(options["limit"] ?? 20);
    if (!Number.isSafeInteger(limit) || limit < 0)
      throw new CutoverError("usage", "--limit takes a whole number");
    const shown = streams.json ? found : found.slice(0, limit);
    const open = found.filter((f) => f.severity === "flag").length;
    const status = open > 0 ? exit.flags : exit.clean;
    if (found.length === 0) return { status, json: { counts, words, flags: [] }, text: "No flags." };
    const rows = table(
      ["number", "code", "record", "source key", "field and why"],
      shown.map((f) => [
        String(f.id),
        f.code,
        `${f.mapping} ${placeText(f.file, f.at)}`,
        f.key,
        fieldAndWhy(f),
      ]),
    );
    const more =
      found.length > shown.length
        ? `\n… and ${found.length - shown.length} more: --limit, --code, --entity, or the report.`
        : "";
    return {
      status,
      json: { counts, words, flags: found },
      text: `${overviewText(counts)}${wordsText(words, limit)}\n\n${rows}${more}\n\nWhat one means and what to do: cutover flags --explain <number or code>`,
    };
  });
}

/** Nothing of a flag is settled here. */
const afterwards = "Then plan again.";

function explain(ledger: Ledger, wanted: string): Outcome {
  if (Object.hasOwn(issueCodes, wanted)) {
    const [meaning, remedy] = issueCodes[wanted as IssueCode];
    const found = find(ledger, { code: wanted });
    const [records, words] = [recordsOf(found), wordsOf(found, wanted)];
    return {
      status: exit.clean,
      json: { code: wanted, meaning, remedy, records, words },
      text: `${wanted}: ${meaning}\nWhat to do: ${remedy} ${afterwards}\n${records.toLocaleString("en-US")} ${records === 1 ? "record has" : "records have"} it in the last extraction.${wordsText(words, 20)}`,
    };
  }
  const one = find(ledger, {}).find((f) => String(f.id) === wanted);
  if (one === undefined) {
    const near = nearest(wanted, Object.keys(issueCodes));
    throw new CutoverError("usage", `there is no flag ${safe(wanted)} in the last extraction`, {
      remedy: near === null ? "List them with `cutover flags`." : `Did you mean \`${near}\`?`,
    });
  }
  const [meaning, remedy] = issueCodes[one.code];
  const staged = stagedFields(ledger, one);
  const lines = [
    `${one.code} (${one.severity}) on ${one.entity} ${safe(one.key)}`,
    `Where: source ${one.source}, mapping ${one.mapping}, record ${safe(placeText(one.file, one.at))}${one.field === null ? "" : `, field ${one.field}`}`,
    `What it means: ${meaning}`,
    ...(one.note === null ? [] : [`Why here: ${safe(one.note)}`]),
    ...(one.raw === null ? [] : [`The source has: ${safe(one.raw)}`]),
    ...(one.rootKey === null ? [] : [`It hangs on the flag of ${safe(one.rootKey)}.`]),
    `What to do: ${remedy} ${afterwards}`,
    "",
    ...(staged.length === 0
      ? ["The record could not be mapped."]
      : [table(["field", "as it was read"], staged)]),
  ];
  return {
    status: exit.clean,
    json: { ...one, meaning, remedy, fields: Object.fromEntries(staged) },
    text: lines.join("\n"),
  };
}

/** The record's canonical fields that have a value; credentials are left out. */
function stagedFields(ledger: Ledger, flag: Found): readonly (readonly [string, string])[] {
  const row = ledger.db.prepare(`SELECT * FROM "${flag.entity}" WHERE id = ?`).get(flag.record) as
    | Readonly<Record<string, unknown>>
    | undefined;
  if (row === undefined) return [];
  return Object.entries(entities[flag.entity].fields).flatMap(([name, field]) =>
    field.secret || row[name] === null || row[name] === undefined
      ? []
      : [[name, String(row[name] as string | number)] as const],
  );
}
