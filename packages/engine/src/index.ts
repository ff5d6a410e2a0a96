export { approvalsOf, approve, requireApproval, type Approval } from "./approve.js";
export { checkConditions, requireConditions, type ConditionOutcome } from "./conditions.js";
export { matchSources, type MatchedSource } from "./match/sources.js";
export { checkFits } from "./plan/fits.js";
export { fidelityOf, type FidelityOf } from "./plan/fidelity.js";
export { definitionOf, makePlan, type Plan, type PlanOptions } from "./plan/make-plan.js";
export { lastPlan, planDigest, type PlanRow, type SealedParts } from "./plan/seal.js";
export {
  defaultKeys,
  engineRules,
  type Enrichment,
  type MatchKey,
  type MatchPolicy,
} from "./policy.js";
export type { EngineProgress, OnProgress, Target } from "./target.js";
