/** A line of an export before it is written: canonical column to text. */
export type Row = Record<string, string>;

/** One file of an export: what the tenant calls its columns, and how it writes them. */
export interface Table {
  readonly file: string;
  /** Canonical columns in the file's order, each with the header this tenant gave it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly delimiter: string;
  readonly bom: boolean;
  readonly newline: "\n" | "\r\n";
  readonly rows: Row[];
  /** Rows whose written line is damaged, with the damage. */
  readonly damaged: Map<Row, (line: string) => Buffer>;
}

export const table = (
  file: string,
  headers: Readonly<Record<string, string>>,
  style: Partial<Pick<Table, "delimiter" | "bom" | "newline">> = {},
): Table => ({
  file,
  headers,
  delimiter: style.delimiter ?? ",",
  bom: style.bom ?? false,
  newline: style.newline ?? "\r\n",
  rows: [],
  damaged: new Map(),
});

function cell(text: string, delimiter: string): string {
  const quoted = text.includes(delimiter) || /["\r\n]/.test(text) || /^\s|\s$/.test(text);
  return quoted ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The file's bytes. */
export function encodeTable(t: Table): Buffer {
  const columns = Object.keys(t.headers);
  const line = (values: readonly string[]): string =>
    values.map((value) => cell(value, t.delimiter)).join(t.delimiter);
  const parts: Buffer[] = [];
  let text = `${t.bom ? "\uFEFF" : ""}${line(Object.values(t.headers))}${t.newline}`;
  for (const row of t.rows) {
    const written = line(columns.map((column) => row[column] ?? ""));
    const damage = t.damaged.get(row);
    if (damage === undefined) {
      text += written + t.newline;
    } else {
      parts.push(Buffer.from(text, "utf8"), damage(written));
      text = t.newline;
    }
  }
  parts.push(Buffer.from(text, "utf8"));
  return Buffer.concat(parts);
}
