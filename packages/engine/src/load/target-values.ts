// What is the same to a target is told in one place: undo and reconciliation judge rows alike.
export {
  changedColumns,
  comparable,
  hashOfRow,
  hasherOf,
  keyOfStored,
  sameInTarget,
  storedKey,
  valuesFromJson,
  valuesToJson,
} from "@cutover/intake";
