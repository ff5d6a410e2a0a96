import type {
  Column,
  Loader,
  LoaderCapabilities,
  SourceValue,
  TableSpec,
  TargetValue,
  WriteBatch,
} from "@cutover/model";
import type { Behaviour, Room, Waiver } from "../suite.js";
import type { loaderBehaviours } from "./behaviours.js";

export type Rows = readonly (readonly TargetValue[])[];

/** A column that only this medium has: how it is declared, what is written, and what then stands in it. */
interface NativeColumn {
  readonly declared: string;
  readonly column: Column;
  /** Each value as it is handed over and as it is found; the text `refused` where it is not taken. */
  readonly values: readonly (readonly [given: TargetValue, found: SourceValue])[];
}

/** A medium to be written, as its test file describes it. */
export interface LoaderMedium {
  /** As the capability table heads it: `sql, PostgreSQL`. */
  readonly name: string;
  readonly capabilities: LoaderCapabilities;
  readonly waivers: readonly Waiver<LoaderBehaviourName>[];
  readonly natives?: readonly NativeColumn[];
  prepare(): Promise<Target>;
}

interface NewTable {
  readonly name: string;
  readonly columns: readonly Column[];
  /** The column of generated ids. */
  readonly id?: string | undefined;
  /** Columns of which no two rows have the same values, where the medium can see to that. */
  readonly unique?: readonly string[] | undefined;
}

/** A target of one medium, which other programs see and write. */
export interface Target {
  /** Makes an empty table, or makes it possible to write one. */
  make(table: NewTable): Promise<TableSpec>;
  makeNatives?(name: string, natives: readonly NativeColumn[]): Promise<TableSpec>;
  open(): Promise<Loader>;
  /** All rows as another program finds them, as texts, ordered by the number in the first column. */
  look(table: TableSpec): Promise<readonly (readonly (string | null)[])[]>;
  /** Another program writes rows; ids are left to the medium where they are left out. */
  write(table: TableSpec, columns: readonly string[], rows: Rows): Promise<void>;
  /** How much of the target is held open. */
  held(): Promise<number>;
  drop(): Promise<void>;
}

type LoaderBehaviourName = keyof typeof loaderBehaviours;
export type LoaderBehaviour = Behaviour<WritingRoom>;

/** Where behaviours of loaders are proven: each makes what it needs, under names of its own. */
export interface WritingRoom extends Room {
  readonly medium: LoaderMedium;
  readonly target: Target;
  make(columns: readonly Column[], more?: Pick<NewTable, "id" | "unique">): Promise<TableSpec>;
  /** A loader that is closed after the test. */
  open(): Promise<Loader>;
  /** What another program finds when the loaders are done. */
  look(table: TableSpec): ReturnType<Target["look"]>;
}

export async function writingRoom(medium: LoaderMedium): Promise<WritingRoom> {
  const target = await medium.prepare();
  const open: Loader[] = [];
  let made = 0;
  const tidy = async (): Promise<void> => {
    for (const loader of open.splice(0)) await loader.close();
  };
  return {
    medium,
    target,
    make: (columns, more = {}) => target.make({ name: `things_${++made}`, columns, ...more }),
    async open() {
      const loader = await target.open();
      open.push(loader);
      return loader;
    },
    async look(table) {
      await tidy();
      return target.look(table);
    },
    tidy,
    async leave() {
      await tidy();
      await target.drop();
    },
  };
}

const nothing: WriteBatch = { inserts: [], updates: [], deletes: [] };

export const batch = (part: Partial<WriteBatch>): WriteBatch => ({ ...nothing, ...part });

/** New rows with all columns of the table. */
export const inserted = (table: TableSpec, rows: Rows): WriteBatch =>
  batch({ inserts: [{ table, columns: table.columns.map(({ name }) => name), rows }] });

/** All that could end in a log: the error, its causes and their stacks. */
export const everything = (error: unknown): string =>
  error instanceof Error
    ? [error.message, error.stack, JSON.stringify(error), everything(error.cause)].join("\n")
    : String(error);
