// What is the same to a target is told in one place: undo and reconciliation judge rows alike.
export {
  changedColumns,
  comparable,
  hashesOfColumns,
  hashOfRow,
  hasherOf,
  keptKey,
  keyOfStored,
  sameInTarget,
  storedKey,
  storedValues,
  typesOf,
  valuesFromJson,
  valuesToJson,
} from "@cutover/intake";
