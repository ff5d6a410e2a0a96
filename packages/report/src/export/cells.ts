/**
 * A cell that a spreadsheet would run as a formula is made text by an apostrophe before it; plain
 * numbers stay as they are. Tabs and line ends count too: they can move a formula into the next cell.
 */
export function neutral(value: string): string {
  if (/^[+-]?\d+(\.\d+)?$/.test(value)) return value;
  return /^[\s]*[=+\-@\t\r\n|%]/u.test(value) || /^[\uFF1D\uFF0B\uFF0D\uFF20]/u.test(value)
    ? `'${value}`
    : value;
}

/** Characters that XML 1.0, and so a workbook, cannot hold become the replacement character. */
export const printable = (value: string): string =>
  // eslint-disable-next-line no-control-regex
  value.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, "\uFFFD").toWellFormed();

/** The columns of the exception list, in every format. */
export const exceptionColumns = [
  ["kind", "kind"],
  ["entity", "entity"],
  ["code", "code"],
  ["mapping", "mapping"],
  ["key", "source key"],
  ["at", "record number"],
  ["field", "field"],
  ["source", "source value"],
  ["target", "target value"],
  ["targetKey", "target key"],
  ["note", "where and why"],
] as const;
