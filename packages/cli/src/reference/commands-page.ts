import { errorCodes } from "@cutover/model";
import type { Command } from "../command.js";

const cell = (text: string): string => text.replaceAll("|", "\\|");

function section(command: Command): string {
  const usage = ["cutover", command.name, ...command.args.map((a) => a.name), "[options]"].join(" ");
  const rows = [
    ...command.args.map((a) => `| \`${cell(a.name)}\` | ${cell(a.doc)} |`),
    ...command.options.map(
      (o) =>
        `| \`${cell(o.flags)}\` | ${cell(o.doc)}${o.choices === undefined ? "" : ` One of ${o.choices.join(", ")}.`}${o.default === undefined ? "" : ` Default: \`${String(o.default)}\`.`} |`,
    ),
    "| `--json` | One JSON document on stdout; logs and progress on stderr. |",
  ];
  const examples = command.examples.map(([line, meaning]) => `# ${meaning}\n${line}`).join("\n\n");
  return [
    `## cutover ${command.name}`,
    `${command.summary}${command.duty === null ? "" : ` *Serves: ${command.duty}.*`}`,
    `\`\`\`\n${usage}\n\`\`\``,
    `| | |\n|---|---|\n${rows.join("\n")}`,
    ...(examples === "" ? [] : [`\`\`\`sh\n${examples}\n\`\`\``]),
  ].join("\n\n");
}

/** The reference of the command line. */
export function commandsPage(commands: readonly Command[]): string {
  const statuses = [
    [0, "clean"],
    [1, "internal error"],
    [2, "usage, configuration or mapping"],
    [3, "source, target or ledger out of reach"],
    [4, "finished with flags"],
    [5, "reconciliation, test plan or verification failed"],
    [6, "refused: not approved or stale"],
    [130, "interrupted, can be resumed"],
  ] as const;
  const codesOf = (status: number): string =>
    Object.entries(errorCodes)
      .filter(([, [s]]) => s === status)
      .map(([code]) => `[${code}](codes.md#${code})`)
      .join(", ");
  return `${[
    "# Commands",
    "Every command takes the migration folder, or the one you stand in. Data goes to stdout, logs and progress to stderr. With `--json` one document stands alone on stdout, by the schemas in [`schema/`](../schema/).",
    ...commands.map(section),
    "## Exit status",
    `| status | meaning | error codes |\n|---|---|---|\n${statuses.map(([s, m]) => `| ${s} | ${m} | ${codesOf(s)} |`).join("\n")}`,
    "Where two of 4, 5 and 6 hold, the higher number wins.",
  ].join("\n\n")}\n`;
}
