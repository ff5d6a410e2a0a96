import { profileSource, suspicions, type Profile } from "@cutover/intake";
import { CutoverError, exit } from "@cutover/model";
import type { Call, Outcome } from "../command.js";
import { readMigration } from "../migration/read.js";
import { loadSystems } from "../migration/systems.js";
import { Closing, openSources } from "../migration/workspace.js";
import { ProgressDisplay } from "../output/progress.js";
import { table } from "../output/table.js";
import { safe } from "../output/text.js";

/** `cutover profile`: what the sources really hold, and how much work it will be. */
export async function profile({ args, options, streams, signal }: Call): Promise<Outcome> {
  const migration = readMigration(args[0]);
  const systems = loadSystems(migration);
  const wanted = options["source"];
  const names = systems.sources.map((s) => s.use.name);
  if (typeof wanted === "string" && !names.includes(wanted)) {
    throw new CutoverError("usage", `there is no source ${safe(wanted)}`, {
      remedy: `Sources: ${names.join(", ")}.`,
    });
  }
  const chosen = {
    ...systems,
    sources: systems.sources.filter((s) => typeof wanted !== "string" || s.use.name === wanted),
  };
  const progress = new ProgressDisplay(streams);
  const closing = new Closing();
  const profiles: { source: string; profile: Profile }[] = [];
  try {
    for (const { use, system, extractor } of await openSources(migration, chosen, closing)) {
      const found = await profileSource(extractor, system.extracts, {
        mappings: system.inbound,
        signal,
        onProgress: ({ extract, rows }) =>
          progress.report({ phase: `profiling ${use.name}`, entity: extract, done: rows, total: null }),
      });
      profiles.push({ source: use.name, profile: found });
    }
  } finally {
    progress.stop();
    await closing.close();
  }
  return {
    status: exit.clean,
    json: { sources: profiles.map((p) => ({ source: p.source, ...p.profile })) },
    text: profiles.map((p) => profileText(p.source, p.profile)).join("\n\n"),
  };
}

const range = (a: string | null, b: string | null): string => (a === null ? "" : `${a} – ${b ?? ""}`);

function extractText(extract: Profile["extracts"][number]): string {
  const columns = extract.columns.map((c) => [
    c.name,
    c.filled,
    c.nulls + c.blanks,
    `${c.distinct.exact ? "" : "~"}${c.distinct.count.toLocaleString("en-US")}`,
    c.patterns[0]?.pattern ?? "",
    c.dates === null
      ? c.numbers === null
        ? ""
        : range(c.numbers.min, c.numbers.max)
      : range(c.dates.first, c.dates.last),
    c.personal?.kind ?? "",
    c.suspicious.map((s) => `${s.code} ${s.count}`).join(", "),
  ]);
  const { key } = extract;
  return [
    `${extract.name}: ${extract.rows.toLocaleString("en-US")} records (${extract.counted.toLocaleString("en-US")} counted)`,
    ...extract.emptyFiles.map((file) => `  warning: ${safe(file)} has no records`),
    ...extract.rejected.map(
      (r) => `  ${r.count} cannot be read (${r.code}), first at ${r.at.slice(0, 3).join(", ")}`,
    ),
    ...(key === null || key.duplicates + key.missing + key.variants === 0
      ? []
      : [
          `  key ${key.columns.join(" + ")}: ${key.duplicates} repeated, ${key.missing} missing, ${key.variants} differing by case or space`,
        ]),
    ...(extract.missingColumns.length === 0
      ? []
      : [`  columns that are missing: ${extract.missingColumns.join(", ")}`]),
    ...(extract.otherColumns.length === 0
      ? []
      : [`  columns nobody declared: ${extract.otherColumns.map(safe).join(", ")}`]),
    table(
      ["column", "filled", "empty", "distinct", "looks like", "from – to", "personal", "look at"],
      columns,
    ),
  ].join("\n");
}

function profileText(source: string, { extracts, mappings, effort }: Profile): string {
  const seen = new Set(extracts.flatMap((e) => e.columns.flatMap((c) => c.suspicious.map((s) => s.code))));
  const issues = mappings.flatMap((m) => [
    ...m.issues.map((i) => [m.mapping, i.code, i.field ?? "", i.count] as const),
    ...m.orphans.map((o) => [m.mapping, "broken-reference", o.field, o.records] as const),
  ]);
  return [
    `── ${source} ──`,
    ...extracts.map((e) => `${extractText(e)}\n`),
    ...[...seen].map((code) => `  ${code}: ${suspicions[code]}`),
    "",
    ...(issues.length === 0
      ? []
      : ["What the mappings would flag:", table(["mapping", "code", "field", "records"], issues), ""]),
    `Effort, by rules of thumb: ${effort.arithmetic}`,
    table(
      ["what", "count", "days each", "days", "because"],
      effort.lines.map((l) => [l.what, l.count, String(l.each), String(l.days), l.because]),
    ),
  ].join("\n");
}
