import { errorCodes, issueCodes } from "@cutover/model";

/** The reference of all codes: an anchor each. */
export function codesPage(): string {
  const errors = Object.entries(errorCodes).map(
    ([code, [status, meaning, remedy]]) =>
      `### ${code}\n\n${meaning} Exit status ${status}. *What to do:* ${remedy}`,
  );
  const issues = Object.entries(issueCodes).map(
    ([code, [meaning, remedy]]) => `### ${code}\n\n${meaning} *What to do:* ${remedy}`,
  );
  return `${[
    "# Codes",
    "What stops the work is an error; what is wrong with one record is an issue. An issue that needs a person is a flag: the record waits, the others go on.",
    "## Errors",
    ...errors,
    "## Issues",
    "A flag is settled at its cause, not by itself: at the source or in its export, in the mapping ([your own file](mapping-language.md) over the shipped one), in [migration.yaml](migration.md), or in the target. Then `cutover plan` again: what is right by then goes along.",
    ...issues,
  ].join("\n\n")}\n`;
}
