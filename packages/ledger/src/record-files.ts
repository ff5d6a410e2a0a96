import type { FilePart } from "@cutover/model";
import type { Ledger } from "./ledger.js";

/**
 * A function that notes which files a mapping's records are from, as they are read; what was noted before
 * is forgotten. Call it in the transaction that stages the records.
 */
export function fileNoter(ledger: Ledger, mapping: number): (file: FilePart | undefined) => void {
  ledger.prepared("DELETE FROM record_file WHERE mapping = ?").run(mapping);
  let noted: string | null = null;
  return (file) => {
    if (file === undefined || file.name === noted) return;
    noted = file.name;
    ledger
      .prepared("INSERT INTO record_file (mapping, before, file) VALUES (?, ?, ?)")
      .run(mapping, file.before, file.name);
  };
}

/** Where a record stands, as a person is told: `people.csv:17`, or the number alone where there is no file. */
export const placeText = (file: string | null, at: number): string =>
  file === null ? String(at) : `${file}:${at}`;

/** Where a record of the ledger stands. */
export function placeOf(ledger: Ledger, record: number): string {
  const [file, at] = ledger.prepared("SELECT file, at FROM place WHERE record = ?").raw().get(record) as [
    string | null,
    number,
  ];
  return placeText(file, at);
}
