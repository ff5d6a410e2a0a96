import {
  CutoverError,
  entityNames,
  type Column,
  type EntityName,
  type Problem,
  type TableSpec,
} from "@cutover/model";
import { outboundOf, type Target } from "../target.js";

/** What of a declared table the target does not have as declared. */
function problemsOf(table: TableSpec, real: readonly Column[]): readonly Problem[] {
  if (real.length === 0) return [{ message: `there is no table ${table.table}` }];
  const byName = new Map(real.map((column) => [column.name.toLowerCase(), column]));
  const problems: Problem[] = [];
  for (const { name, maxLength } of table.columns) {
    const found = byName.get(name.toLowerCase());
    if (found === undefined) {
      problems.push({ message: `${table.table} has no column ${name}` });
    } else if (maxLength !== undefined && found.maxLength !== undefined && found.maxLength < maxLength) {
      problems.push({
        message: `${table.table}.${name} holds ${found.maxLength} characters, ${maxLength} are declared`,
        remedy: "Declare the column as the target has it, and truncate in the mapping.",
      });
    }
  }
  const declared = new Set(table.columns.map((column) => column.name.toLowerCase()));
  for (const { name, nullable, hasDefault } of real) {
    if (nullable || hasDefault === true || declared.has(name.toLowerCase()) || name === table.id) continue;
    problems.push({
      message: `${table.table}.${name} must be filled, and is not declared`,
      remedy: "Declare the column, and write it in an outbound mapping.",
    });
  }
  return problems;
}

/**
 * Whether the target really has the tables and columns that the outbound mappings write.
 *
 * @throws CutoverError `target-schema` with everything that does not fit
 */
export async function checkFits(
  target: Target,
  entities: readonly EntityName[] = entityNames,
): Promise<void> {
  const tables = new Map<string, TableSpec>();
  for (const entity of entities) {
    for (const { mapping } of outboundOf(target, entity)) {
      for (const table of mapping.tables) tables.set(table.name, table);
    }
  }
  const real = await target.loader.describe([...tables.values()]);
  const problems = [...tables.values()].flatMap((table) => problemsOf(table, real.get(table.name) ?? []));
  if (problems.length === 0) return;
  throw new CutoverError("target-schema", `${target.side.name} is not as its definition declares`, {
    stage: "plan",
    problems,
    remedy: [...real.values()].every((columns) => columns.length === 0)
      ? `None of its tables is there: is this the database of ${target.side.system.title}? Look at its connection in migration.yaml, and at parameters such as a prefix.`
      : "Mend the definition of the target system, or the target.",
  });
}
