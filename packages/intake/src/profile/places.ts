import { placeText } from "@cutover/ledger";
import type { FilePart } from "@cutover/model";

/** Says in which of its files a record of an extract stands, by its number in the extract. */
export type Place = (at: number) => string;

/** Remembers the files of an extract as they are read. */
export class Places {
  readonly #files: FilePart[] = [];

  note(file: FilePart | undefined): void {
    if (file !== undefined && file.name !== this.#files.at(-1)?.name) this.#files.push(file);
  }

  readonly of: Place = (at) => {
    const file = this.#files.findLast(({ before }) => before < at);
    return placeText(file?.name ?? null, at - (file?.before ?? 0));
  };
}
