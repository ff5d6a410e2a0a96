import type { EntityName } from "@cutover/model";

/** What became of the rows one mapping was given. */
export interface MappingCounts {
  readonly mapping: string;
  readonly entity: EntityName;
  readonly extract: string;
  /** Rows the source has, counted by a plain query. */
  readonly counted: number;
  /** Rows that were read, those among them that were no records included. */
  readonly read: number;
  /** Rows that were read whole in a delta, where the others were known not to have changed; null: all of them. */
  readonly changed: number | null;
  readonly rejected: number;
  readonly excluded: number;
  readonly flagged: number;
  /** Records with a canonical form; of what was read whole, like the three before. */
  readonly staged: number;
}

export interface IntakeProgress {
  readonly side: string;
  readonly extract: string;
  readonly read: number;
}

export interface IntakeOptions {
  /** By default all entities the system has mappings for. */
  readonly entities?: readonly EntityName[] | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: IntakeProgress) => void) | undefined;
  /** Rows a transaction. */
  readonly batchSize?: number | undefined;
}
