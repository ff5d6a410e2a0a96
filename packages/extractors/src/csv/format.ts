import type { Column, ReadOptions, SourceValue } from "@cutover/model";
import { BatchBuilder } from "../files/batches.js";
import { textColumn, type FileBatch, type FileExtract, type FileFormat } from "../files/format.js";
import { claim } from "../files/header.js";
import { readText } from "../files/text.js";
import { countRecords } from "./count.js";
import { headerOf, openCsv, unclosed } from "./open.js";
import { CsvTokenizer } from "./tokenizer.js";

async function columns(from: FileExtract): Promise<readonly Column[]> {
  const { first } = await openCsv(from);
  if (!from.options.header) return from.extract.columns.slice(0, first?.fields.length ?? 0);
  const names = first?.fields ?? [];
  return claim(names, from.extract, from.options).map((column, i) => textColumn(column ?? names[i]!));
}

async function* read(from: FileExtract, { batchSize, signal }: ReadOptions): AsyncGenerator<FileBatch> {
  const { file, options } = from;
  const opened = await openCsv(from, signal);
  const { indexes, least, most } = headerOf(opened, from);
  const batches = new BatchBuilder(batchSize);
  let header = options.header;
  const tokenizer = new CsvTokenizer(opened.dialect, {
    row(fields, line) {
      if (header) {
        header = false;
        return;
      }
      const { length } = fields;
      if (length < least || length > most || (length > least && !endsEmpty(fields, least))) {
        const note = `${length} values where ${least} are expected`;
        batches.reject({ at: line, code: "malformed-row", note });
        return;
      }
      const values: SourceValue[] = [];
      for (const index of indexes) values.push(index < 0 ? null : fields[index]!);
      batches.row(values, line);
    },
    bad: (rejected) => batches.reject(rejected),
    unclosed: (line) => unclosed(file.name, line),
  });
  for await (const { text, suspect } of readText(file, opened.encoding, signal)) {
    tokenizer.push(text, suspect);
    batches.passed(text.length);
    yield* batches.full();
  }
  tokenizer.end();
  yield* batches.rest();
}

/** Whether only empty values stand behind the last named column. */
const endsEmpty = (fields: readonly (string | null)[], from: number): boolean =>
  fields.slice(from).every((field) => field === null || field === "");

/** Separated values: commas, tabs, pipes, semicolons. All values are text, or null. */
export const csvFormat: FileFormat = {
  columns,
  read,
  async count(from) {
    const opened = await openCsv(from);
    headerOf(opened, from);
    return (await countRecords(from.file, opened)) - (from.options.header ? 1 : 0);
  },
};
