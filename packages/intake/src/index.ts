export * from "./check/check-staged.js";
export * from "./compare.js";
export { orphansWaiting } from "./check/vanished.js";
export type { IntakeOptions, IntakeProgress, MappingCounts } from "./counts.js";
export { emptyFiles, type EmptyFile } from "./empty-files.js";
export { readAtOnce, stillHolds, type HeldRows, type RowsRead } from "./held-rows.js";
export { leadFinder, type Lead } from "./leads.js";
export * from "./lost-references.js";
export { outgoingPages, type OutgoingPage, type PagedRecord } from "./outgoing-page.js";
export * from "./outgoing.js";
export * from "./profile/index.js";
export { byExtract } from "./read-extract.js";
export * from "./side.js";
export { stageSource, type DeltaReading, type StageSourceOptions } from "./stage-source.js";
export {
  noteReadBack,
  readBack,
  stageTarget,
  type StageTargetOptions,
  type TakeRecords,
  type TargetCounts,
} from "./stage-target.js";
export * from "./staged-page.js";
export * from "./target-rows.js";
export * from "./target-values.js";
export * from "./totals.js";
export { refreshTarget } from "./refresh-target.js";
