import { fieldNames, type CanonicalValue, type EntityName } from "@cutover/model";
import type { InboundMapping, MappedPage, SaidOfRow } from "./contract.js";

/** What `map` makes of rows, as the values of all fields of its entity: for mappings that make records themselves. */
export const pageOf =
  (entity: EntityName, map: InboundMapping["map"]): InboundMapping["page"] =>
  (rows): MappedPage => {
    const said = new Map<number, SaidOfRow>();
    const mapped = rows.map((row, place) => {
      const { key, record, excluded, issues } = map(row);
      const isMapped = record !== null;
      if (key === null || !isMapped || issues.length > 0) said.set(place, { excluded, isMapped, issues });
      return { key, record };
    });
    const columnOf = (field: string): readonly CanonicalValue[] =>
      mapped.map(({ record }) => record?.[field] ?? null);
    return { keys: mapped.map(({ key }) => key), values: fieldNames(entity).map(columnOf), said };
  };
