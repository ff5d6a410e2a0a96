import type { Side } from "@cutover/intake";
import type { OutboundMapping } from "@cutover/mapping";
import type { EntityName, Loader } from "@cutover/model";

/** The target of a migration: the side that reads it, and the loader that writes it. */
export interface Target {
  readonly side: Side;
  readonly loader: Loader;
}

/** An outbound mapping with the id the ledger knows it by. */
export interface Outbound {
  readonly id: number;
  readonly mapping: OutboundMapping;
}

/** The target's outbound mappings of an entity, in declared order: the first that applies takes the record. */
export const outboundOf = ({ side }: Target, entity: EntityName): readonly Outbound[] =>
  side.system.outbound
    .filter((mapping) => mapping.entity === entity)
    .map((mapping) => ({ id: side.outbound.get(mapping.name)!, mapping }));

/** Told about long work, for progress bars and logs. */
export interface EngineProgress {
  readonly step: "match" | "plan" | "verify" | "load" | "references" | "undo";
  readonly entity: EntityName;
  readonly done: number;
  readonly total: number;
  /** Records a second, over the step. */
  readonly rate: number;
}

export type OnProgress = (progress: EngineProgress) => void;

/** A function that reports one step's progress. */
export function progressOf(
  step: EngineProgress["step"],
  entity: EntityName,
  total: number,
  onProgress: OnProgress | undefined,
): (done: number) => void {
  const started = performance.now();
  return (done) => {
    const seconds = (performance.now() - started) / 1000;
    onProgress?.({ step, entity, done, total, rate: seconds === 0 ? 0 : Math.round(done / seconds) });
  };
}
