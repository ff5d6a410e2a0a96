import type { Column, Extractor, ExtractorCapabilities, ExtractSpec, SourceValue } from "@cutover/model";
import type { Behaviour, Room, Waiver } from "../suite.js";
import type { extractorBehaviours } from "./behaviours.js";

export type Rows = readonly (readonly SourceValue[])[];

/** What a medium is asked to hold. */
interface SourceTable {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: Rows;
}

/** A column that only this medium has: how it is declared, what stands in it, and what is read. */
export interface NativeType {
  readonly declared: string;
  readonly column: Column;
  /** Each value as the medium's own language writes it, and as it is read. */
  readonly values: readonly (readonly [written: string, read: SourceValue])[];
}

/** A medium to be read, as its test file describes it. */
export interface ExtractorMedium {
  /** As the capability table heads it: `sql, PostgreSQL`. */
  readonly name: string;
  readonly capabilities: ExtractorCapabilities;
  /** What happens when the source is changed while it is read. */
  readonly whenChanged: "reads the old state" | "stops with an error";
  readonly waivers: readonly Waiver<ExtractorBehaviourName>[];
  readonly natives?: readonly NativeType[];
  /** How a value reads that was put in; as it was put, where absent. */
  readonly reads?: (value: SourceValue, column: Column) => SourceValue;
  prepare(): Promise<Source>;
}

/** A source of one medium, to which other programs write. */
export interface Source {
  /** Makes a table or file of these rows; what reads it, ordered by `id` where the medium can. */
  make(table: SourceTable): Promise<Omit<ExtractSpec, "name" | "columns" | "key">>;
  /** Another program puts other rows into a table that was made. */
  change(table: SourceTable): Promise<void>;
  /** Makes a table of one column `id` and one of each native type. */
  makeNatives?(name: string, natives: readonly NativeType[]): ReturnType<Source["make"]>;
  /** What reads a table or file that does not exist. */
  missing(): ExtractSpec["options"];
  open(): Promise<Extractor>;
  /** How much of the source is held open: connections to it, its files. */
  held(): Promise<number>;
  drop(): Promise<void>;
}

type ExtractorBehaviourName = keyof typeof extractorBehaviours;
export type ExtractorBehaviour = Behaviour<ReadingRoom>;

/** Where behaviours of extractors are proven: each makes what it needs, under names of its own. */
export interface ReadingRoom extends Room {
  readonly medium: ExtractorMedium;
  readonly source: Source;
  /** Puts rows under a new name. The key is `id`. */
  put(columns: readonly Column[], rows: Rows): Promise<ExtractSpec>;
  /** Other rows for what was put. */
  change(extract: ExtractSpec, rows: Rows): Promise<void>;
  /** An extractor that is closed after the test. */
  open(): Promise<Extractor>;
}

export async function readingRoom(medium: ExtractorMedium): Promise<ReadingRoom> {
  const source = await medium.prepare();
  const open: Extractor[] = [];
  let made = 0;
  return {
    medium,
    source,
    async put(columns, rows) {
      const name = `things_${++made}`;
      const spec = await source.make({ name, columns, rows });
      return { name, columns, key: ["id"], ...spec };
    },
    change: ({ name, columns }, rows) => source.change({ name, columns, rows }),
    async open() {
      const extractor = await source.open();
      open.push(extractor);
      return extractor;
    },
    async tidy() {
      for (const extractor of open.splice(0)) await extractor.close();
    },
    leave: () => source.drop(),
  };
}
