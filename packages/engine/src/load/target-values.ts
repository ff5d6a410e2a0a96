// What is the same to a target is told in one place: undo and reconciliation judge rows alike.
export {
  changedColumns,
  comparable,
  hashOfRow,
  hashOfValues,
  keyOfStored,
  sameInTarget,
  storedKey,
  valuesFromJson,
  valuesToJson,
} from "@cutover/intake";
