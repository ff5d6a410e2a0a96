export * from "./check/check-staged.js";
export * from "./compare.js";
export type { IntakeOptions, IntakeProgress, MappingCounts } from "./counts.js";
export * from "./lost-references.js";
export * from "./outgoing.js";
export * from "./side.js";
export { stageSource, type StageSourceOptions } from "./stage-source.js";
export { stageTarget, type TargetCounts } from "./stage-target.js";
export * from "./totals.js";
