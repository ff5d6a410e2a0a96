export type { Reconciled } from "./compare-entity.js";
export {
  reconcile,
  type Reconciliation,
  type ReconcileOptions,
  type ReconcileProgress,
} from "./reconcile.js";
export type { TiedTotal } from "./tie-out.js";
