/** What a spreadsheet takes for the beginning of a formula, in its own script or in a full-width one. */
const formula = /^\s*[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20]/u;

/**
 * A cell that a spreadsheet would run as a formula is made text by an apostrophe before it; plain
 * numbers stay as they are. Tabs and line ends count too: they can move a formula into the next cell.
 */
export function neutral(value: string): string {
  if (/^[+-]?\d+(\.\d+)?$/.test(value)) return value;
  return formula.test(value) || /^[\t\r\n]/.test(value) ? `'${value}` : value;
}

/**
 * The same for a file of values between commas: where a spreadsheet expects semicolons or tabs, what
 * follows one of them within a value begins a cell of its own.
 */
export const neutralInside = (value: string): string =>
  neutral(value).replace(/([;\t\r\n]\s*)(?=[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20])/gu, "$1'");

/**
 * Whether there is nothing in a value that any of this would change, or that a file of values between
 * commas has to quote: letters of the Latin script, digits, and marks that mean nothing to anybody.
 */
export const isPlain = (value: string): boolean => plain.test(value);
const plain = /^(?:[A-Za-z0-9\u00C0-\u024F][ !#-+\-./0-:<-~\u00A0-\u024F]*)?$/;

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
  ["file", "file"],
  ["at", "record number"],
  ["what", "what it is"],
  ["field", "field"],
  ["source", "source value"],
  ["expected", "expected value"],
  ["target", "target value"],
  ["targetKey", "target key"],
  ["note", "where and why"],
  ["settled", "settled"],
] as const;
