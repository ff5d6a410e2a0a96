import type { Column, ReadOptions } from "@cutover/model";
import { BatchBuilder } from "../files/batches.js";
import { textColumn, type FileBatch, type FileExtract, type FileFormat } from "../files/format.js";
import { countRecords } from "./count.js";
import { valueAt, type XmlNode } from "./node.js";
import { RecordReader, type RecordSink } from "./reader.js";
import { xmlSpec, type XmlSpec } from "./spec.js";
import { xmlText } from "./text.js";

/**
 * Characters of the file that one batch may come from. Texts are cut out of the file's pieces, which live as
 * long as the texts do; and rows that are soon handed on are gone before memory is tidied up.
 */
const maxHeld = 1024 * 1024;

const rowOf = (record: XmlNode, { columns }: XmlSpec): (string | null)[] => {
  const row: (string | null)[] = [];
  for (const { json, paths } of columns) {
    let value: string | null = null;
    for (const path of paths) {
      value = valueAt(record, path, json);
      if (value !== null) break;
    }
    row.push(value);
  }
  return row;
};

async function* read(from: FileExtract, { batchSize, signal }: ReadOptions): AsyncGenerator<FileBatch> {
  const { file, options } = from;
  const spec = xmlSpec(from);
  const batches = new BatchBuilder(batchSize);
  const reader = new RecordReader(spec, spec.kept, file.name, options.maxRecord, {
    record: (record, line) => batches.row(rowOf(record, spec), line),
    rejected: (row) => batches.reject(row),
  });
  let held = 0;
  for await (const text of xmlText(from, signal)) {
    reader.push(text);
    held += text.length;
    if (held > maxHeld) {
      yield* batches.rest();
      held = 0;
    } else yield* batches.full();
  }
  reader.end();
  yield* batches.rest();
}

/** Paths of all that has a value in an element, as columns are given them. */
function pathsIn(node: XmlNode, prefix: string, paths: Set<string>): void {
  if (paths.size > 1000) return;
  for (const name of Object.keys(node.attributes ?? {})) paths.add(`${prefix}@${name}`);
  if (node.children === null) {
    if (prefix !== "") paths.add(prefix.slice(0, -1));
    return;
  }
  for (const child of node.children) pathsIn(child, `${prefix}${child.name}/`, paths);
}

/** Declared columns that the first records have a value for, and the paths in them that no column wants. */
async function columns(from: FileExtract): Promise<readonly Column[]> {
  const spec = xmlSpec(from);
  const { extract, options } = from;
  const declared = new Set<string>();
  const others = new Set<string>();
  let records = 0;
  const sink: RecordSink = {
    record(record) {
      records++;
      rowOf(record, spec).forEach((value, i) => {
        if (value !== null) declared.add(extract.columns[i]!.name);
      });
      pathsIn(record, "", others);
    },
    rejected() {
      records++;
    },
  };
  const reader = new RecordReader(spec, null, from.file.name, options.maxRecord, sink);
  let whole = true;
  for await (const text of xmlText(from)) {
    reader.push(text);
    whole = records < 1000;
    if (!whole) break;
  }
  if (whole) reader.end();
  const wanted = extract.columns.flatMap(({ name }) => options.headers[name] ?? [name]);
  const covers = (path: string) =>
    wanted.some((one) => one === "." || path === one || path.startsWith(`${one}/`));
  return [...declared, ...[...others].filter((path) => !covers(path))].map(textColumn);
}

/** Elements of an XML document as records: IMS Enterprise, LIS, Moodle's backups. All values are text, or null. */
export const xmlFormat: FileFormat = { columns, read, count: countRecords };
