import { fieldNames, type EntityName } from "@cutover/model";
import type { Mapped, MappedValues } from "./contract.js";

/** What was mapped, as the values of all fields of its entity: for mappings that make records themselves. */
export const mappedValues = (entity: EntityName, { record, ...mapped }: Mapped): MappedValues => ({
  ...mapped,
  values: record === null ? null : fieldNames(entity).map((name) => record[name] ?? null),
});
