export { workOff, type Beside, type News } from "./beside.js";
export type { Reconciled } from "./judging.js";
export type { Others } from "./others.js";
export {
  reconcile,
  type Reconciliation,
  type ReconcileOptions,
  type ReconcileProgress,
} from "./reconcile.js";
export { TaskList, type Task } from "./tasks.js";
export type { TiedTotal } from "./tie-out.js";
