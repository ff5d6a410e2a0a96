export { workBeside, type Beside, type OwnTotals } from "./beside.js";
export type { Reconciled } from "./compare-entity.js";
export {
  reconcile,
  type Reconciliation,
  type ReconcileOptions,
  type ReconcileProgress,
} from "./reconcile.js";
export type { TiedTotal } from "./tie-out.js";
export type { Declared } from "./shapes.js";
export type { Suspect } from "./written-rows.js";
