import type { OutboundDef, PipelineDef, WriteDef, WriteItemDef } from "../definition.js";

/** A value that only the target knows: a preview can say what it is, and not which. */
export type UnknownValue =
  | { readonly kind: "id"; readonly table: string }
  | { readonly kind: "reference"; readonly field: string }
  | { readonly kind: "lookup"; readonly reference: string };

const writesOf = (items: readonly WriteItemDef[]): readonly WriteDef[] =>
  items.flatMap((item) => (item.kind === "each" ? writesOf(item.writes) : [item]));

/** Columns of an outbound mapping whose values the target gives, by `table.column`. */
export function unknownValues(def: OutboundDef): ReadonlyMap<string, UnknownValue> {
  const writes = writesOf(def.writes);
  const ids = new Map<string, string>(
    writes.flatMap(({ as, table: { spec } }) =>
      spec.id === undefined ? [] : [[`${as}.${spec.id}`, spec.name] as const],
    ),
  );
  const valueOf = (pipeline: PipelineDef): UnknownValue | null => {
    const name = pipeline.from?.names.length === 1 ? pipeline.from.names[0]!.name : null;
    const table = name === null ? undefined : ids.get(name);
    if (table !== undefined) return { kind: "id", table };
    if (name !== null && pipeline.steps.some((step) => step.name === "ref"))
      return { kind: "reference", field: name };
    const lookup = pipeline.steps.find((step) => step.name === "lookup");
    if (lookup === undefined) return null;
    return { kind: "lookup", reference: (lookup.arg as { readonly in: string }).in };
  };
  const unknown = new Map<string, UnknownValue>();
  const mixed = new Set<string>();
  for (const { table, set } of writes) {
    for (const { name, pipeline } of set) {
      const place = `${table.spec.name}.${name}`;
      const value = valueOf(pipeline);
      const known = unknown.get(place);
      // Several rows of a table may fill a column differently: then nothing is said of it.
      if (value === null || (known !== undefined && JSON.stringify(known) !== JSON.stringify(value)))
        mixed.add(place);
      else unknown.set(place, value);
    }
  }
  for (const place of mixed) unknown.delete(place);
  return unknown;
}
