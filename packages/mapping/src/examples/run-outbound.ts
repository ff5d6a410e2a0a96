import { emptyRecord, entities, type CanonicalValue } from "@cutover/model";
import type { Outgoing, OutboundMapping, OutRow } from "../contract.js";
import type { OutboundDef, OutboundExampleDef, SystemDef } from "../definition.js";
import { canonicalOf, issueDifferences, recordDifferences, sameCell, shown } from "./compare.js";
import { exampleContext } from "./context.js";

/** The record an example gives; its references are the target's keys. */
export function outgoing(def: OutboundDef, example: OutboundExampleDef): Outgoing {
  const record: Record<string, CanonicalValue> = emptyRecord(def.entity);
  const targetKeys: Record<string, string | readonly string[] | null> = {};
  for (const [name, field] of Object.entries(entities[def.entity].fields)) {
    const value = canonicalOf(field.kind, example.given[name]);
    record[name] = value;
    if (field.kind === "ref" || field.kind === "refs")
      targetKeys[name] = value as string | readonly string[] | null;
  }
  return { record, targetKeys };
}

/** What comes out otherwise than an outbound mapping's example says, a sentence each. */
export function runOutbound(
  mapping: OutboundMapping,
  def: OutboundDef,
  example: OutboundExampleDef,
  system: SystemDef,
): readonly string[] {
  const out = outgoing(def, example);
  if (!mapping.applies(out)) return ["the record is not this mapping's: its `when` does not hold"];
  const excluded = mapping.excludes(out);
  if (excluded !== example.excluded) {
    return [
      excluded === null
        ? `the rule \`${example.excluded ?? ""}\` does not exclude the record`
        : `the rule \`${excluded}\` excludes the record`,
    ];
  }
  if (excluded !== null) return [];
  const fields = entities[def.entity].fields;
  const projected = mapping.project(out).record;
  const { targetKey, rows, issues } = mapping.rows(out, null, exampleContext(system, example));
  return [
    ...(example.key === null || example.key === targetKey
      ? []
      : [`the key is ${shown(targetKey)}, not ${shown(example.key)}`]),
    ...rowDifferences(example, rows),
    ...recordDifferences(example.projected ?? {}, projected, (field) => fields[field]?.kind),
    ...issueDifferences(example.issues, issues),
  ];
}

function rowDifferences({ expect }: OutboundExampleDef, rows: readonly OutRow[]): readonly string[] {
  return Object.entries(expect ?? {}).flatMap(([table, wanted]) => {
    const found = rows.filter((row) => row.table.name === table);
    if (found.length !== wanted.length) {
      return [`\`${table}\` gets ${found.length} row(s), not ${wanted.length}`];
    }
    return wanted.flatMap((expected, i) =>
      Object.entries(expected).flatMap(([column, value]) => {
        const row = found[i]!;
        const got =
          column === row.table.id && row.values[column] === undefined ? row.id : (row.values[column] ?? null);
        if (sameCell(value, got)) return [];
        return [`\`${table}.${column}\` is ${shown(got)}, not ${shown(value)}`];
      }),
    );
  });
}
