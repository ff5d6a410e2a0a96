import { entityNames } from "@cutover/model";
import { folderArgument, type Command } from "./command.js";

const folder = folderArgument;

/** Every command, as data. The help, the parser and the reference page are made from this table. */
export const commands: readonly Command[] = [
  {
    name: "init",
    summary: "Make a migration folder between two systems.",
    duty: null,
    args: [{ name: "<folder>", doc: "The new folder." }],
    options: [
      {
        flags: "--from <systems>",
        doc: "What is read: names of systems, separated by commas.",
        default: "cornerstone",
      },
      { flags: "--to <system>", doc: "What is written.", default: "moodle" },
      { flags: "--enrich <system>", doc: "A system that adds to the others' records, such as hr-feed." },
    ],
    examples: [
      [
        "cutover init acme --from cornerstone --enrich hr-feed --to moodle",
        "from Cornerstone exports and an HR feed into Moodle",
      ],
      ["cutover init acme --from moodle --to moodle", "from one Moodle into another"],
    ],
    load: async () => (await import("./commands/init.js")).init,
  },
  {
    name: "profile",
    summary:
      "Evaluate the sources' data: counts, nulls, patterns, duplicates, orphans, personal data, effort.",
    duty: "data evaluation",
    args: [folder],
    options: [{ flags: "--source <name>", doc: "Only this source." }],
    examples: [["cutover profile acme", "what is in the exports, before anything is mapped"]],
    load: async () => (await import("./commands/profile.js")).profile,
  },
  {
    name: "check",
    summary:
      "Check the mappings: lint, coverage, examples, round trip; and the live systems (3: one does not answer).",
    duty: "data mapping",
    args: [folder],
    options: [{ flags: "--offline", doc: "Do not look at the live systems." }],
    examples: [
      ["cutover check acme", "everything that is wrong, with file, line and column"],
      ["cutover check acme --offline", "without connecting to anything"],
    ],
    load: async () => (await import("./commands/check.js")).check,
  },
  {
    name: "explain",
    summary: "Say a mapping in plain sentences, for the reviewer who does not program.",
    duty: "change control",
    args: [{ name: "<mapping>", doc: "`moodle/users`, or `moodle` for all of a system." }, folder],
    options: [],
    examples: [["cutover explain cornerstone/completions acme", "what becomes of a transcript line"]],
    load: async () => (await import("./commands/explain.js")).explain,
  },
  {
    name: "preview",
    summary:
      "Show a few records, each at the source, as it is meant and in the target, with each step's effect.",
    duty: "data mapping",
    args: [folder],
    options: [
      { flags: "--entity <entity>", doc: "Only records of this entity.", choices: entityNames },
      { flags: "--key <key>", doc: "Only the record with this source key." },
      { flags: "--limit <n>", doc: "Records per mapping.", default: "1" },
    ],
    examples: [["cutover preview acme --entity completion", "one record of each mapping of completions"]],
    load: async () => (await import("./commands/preview.js")).preview,
  },
  {
    name: "plan",
    summary:
      "Extract, map, check and match; say what a load would do, sealed by a digest. Writes nothing to the target.",
    duty: "change control",
    args: [folder],
    options: [
      {
        flags: "--organization <names...>",
        doc: "A wave: only the people of these organizations and of all below them, and what is theirs. By name, code or key.",
      },
      {
        flags: "--delta",
        doc: "Plan only what changed in the sources since the last finished run. What the target holds of the rest is trusted; `cutover reconcile` reads everything.",
      },
    ],
    examples: [
      ["cutover plan acme", "what would be created, updated, flagged"],
      ['cutover plan acme --organization Sales "Human Resources"', "one wave"],
      ["cutover plan acme --delta", "what changed since the last run: the night of the cutover"],
    ],
    load: async () => (await import("./commands/plan.js")).plan,
  },
  {
    name: "approve",
    summary: "Record a named person's yes or no to a plan.",
    duty: "change control",
    args: [folder],
    options: [
      { flags: "--plan <digest>", doc: "The plan's digest, or its beginning (at least 8 characters)." },
      { flags: "--by <name>", doc: "Who says it." },
      { flags: "--no", doc: "A no instead of a yes." },
      { flags: "--because <reason>", doc: "Why." },
    ],
    examples: [['cutover approve acme --plan 3f9a1c07 --by "R. Viewer"', "a yes to exactly that plan"]],
    load: async () => (await import("./commands/approve.js")).approve,
  },
  {
    name: "run",
    summary: "Load a plan, or resume one. A rehearsal without a plan makes one first; production refuses.",
    duty: null,
    args: [folder],
    options: [
      {
        flags: "--production",
        doc: "The real migration: only an approved plan runs. Without it, a rehearsal.",
      },
      { flags: "--batch <n>", doc: "Records per batch.", default: "2000" },
    ],
    examples: [
      ["cutover run acme", "a rehearsal; called again after an interruption, it resumes"],
      ["cutover run acme --production", "the night of the cutover"],
    ],
    load: async () => (await import("./commands/run.js")).run,
  },
  {
    name: "flags",
    summary: "List and explain what needs a person.",
    duty: "manual intervention",
    args: [folder],
    options: [
      { flags: "--explain <flag>", doc: "What a flag means and what to do: its number, or a code." },
      { flags: "--code <code>", doc: "Only flags with this code." },
      { flags: "--entity <entity>", doc: "Only flags of this entity.", choices: entityNames },
      { flags: "--warnings", doc: "Warnings too." },
      { flags: "--limit <n>", doc: "How many are shown.", default: "20" },
    ],
    examples: [
      ["cutover flags acme", "the open flags"],
      ["cutover flags acme --explain bad-date", "what a code means"],
    ],
    load: async () => (await import("./commands/flags.js")).flags,
  },
  {
    name: "reconcile",
    summary: "Read the target back and compare it with the source, record by record.",
    duty: "quality reporting",
    args: [folder],
    options: [],
    examples: [["cutover reconcile acme", "match or mismatch, per entity"]],
    load: async () => (await import("./commands/reconcile.js")).reconcile,
  },
  {
    name: "report",
    summary:
      "Write the pack for auditors: a page, the same as JSON, exceptions as CSV and XLSX, every record's end.",
    duty: "quality reporting",
    args: [folder],
    options: [
      { flags: "--run <number>", doc: "Which run (default: the last)." },
      { flags: "--out <folder>", doc: "Where to (default: reports/<run> in the migration folder)." },
    ],
    examples: [["cutover report acme", "into acme/reports/<run>"]],
    load: async () => (await import("./commands/report.js")).report,
  },
  {
    name: "undo",
    summary: "Take a run back; what was edited or built upon since is kept and listed.",
    duty: null,
    args: [folder],
    options: [
      { flags: "--run <number>", doc: "Which run (default: the last; only the last can be undone)." },
    ],
    examples: [["cutover undo acme", "the target's rows as before the last run"]],
    load: async () => (await import("./commands/undo.js")).undo,
  },
];
