import { pageOf, type InboundMapping, type System } from "@cutover/mapping";
import {
  entityNames,
  fieldNames,
  type CanonicalRecord,
  type EntityName,
  type Extractor,
} from "@cutover/model";

/** A record of a source that is made up of canonical records. */
export interface GivenRecord {
  readonly entity: EntityName;
  readonly key: string;
  /** References are keys of other given records. */
  readonly record: CanonicalRecord;
}

/** A source whose records are canonical already, so that only the way to the target is at work. */
export function exampleSource(given: readonly GivenRecord[]): {
  readonly system: System;
  readonly extractor: Extractor;
} {
  const byEntity = new Map<string, GivenRecord[]>(entityNames.map((name) => [name, []]));
  for (const one of given) byEntity.get(one.entity)!.push(one);
  const of = (extract: { readonly name: string }): readonly GivenRecord[] => byEntity.get(extract.name) ?? [];
  const inbound = entityNames.map((entity): InboundMapping => {
    const extract = {
      name: entity,
      columns: [{ name: "number", type: "integer", nullable: false } as const],
      key: ["number"],
      options: {},
    };
    const map: InboundMapping["map"] = ([number]) => {
      const { key, record } = of(extract)[Number(number)]!;
      return { key, excluded: null, record, issues: [] };
    };
    return {
      name: `examples/${entity}`,
      entity,
      file: "",
      extract,
      fields: fieldNames(entity),
      columns: new Map(),
      exclusions: new Map(),
      key: { columns: [], of: ([number]) => of(extract)[Number(number)]!.key, parts: () => null },
      map,
      page: pageOf(entity, map),
    };
  });
  const extractor: Extractor = {
    medium: "examples",
    capabilities: { snapshot: true, ordered: true },
    columns: async ({ columns }) => columns,
    count: async (extract) => of(extract).length,
    async *read(extract) {
      const rows = of(extract).map((_, i) => [i]);
      if (rows.length > 0) yield { rows, at: rows.map((_, i) => i + 1), rejected: [] };
    },
    query: async () => [],
    close: async () => {},
  };
  const system: System = {
    name: "examples",
    title: "Examples",
    medium: "examples",
    parameters: {},
    extracts: inbound.map(({ extract }) => extract),
    tables: [],
    references: [],
    inbound,
    outbound: [],
    before: [],
    after: [],
    totals: [],
    digest: "examples",
  };
  return { system, extractor };
}
