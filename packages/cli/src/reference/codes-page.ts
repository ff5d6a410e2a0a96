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
    ...issues,
  ].join("\n\n")}\n`;
}
