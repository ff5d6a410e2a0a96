export type { Reconciled } from "./compare-entity.js";
export {
  reconcile,
  type Reconciliation,
  type ReconcileOptions,
  type ReconcileProgress,
  type SearchBeside,
} from "./reconcile.js";
export type { TiedTotal } from "./tie-out.js";
export type { Declared } from "./shapes.js";
export { findSuspects, type Suspect } from "./written-rows.js";
