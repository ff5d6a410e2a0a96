import {
  CutoverError,
  nearest,
  type Column,
  type ExtractSpec,
  type Problem,
  type SourceValue,
} from "@cutover/model";
import { conformers, conforms, forDialect, type Dialect } from "@cutover/sql";

/** The SQL of an extract as the engine wants it. */
export function sqlOf(extract: ExtractSpec, dialect: Dialect): string {
  const sql = extract.options["sql"];
  if (typeof sql !== "string" || sql.trim() === "") {
    throw new CutoverError("mapping-invalid", `the extract ${extract.name} has no \`sql\``, {
      stage: "extract",
    });
  }
  return forDialect(sql, dialect);
}

/**
 * Brings a row of the query into the order and the types of the declared columns; the row is used up. An alias that was
 * not quoted is folded to lower case by some engines, so letters' case does not tell columns apart.
 *
 * @throws CutoverError `mapping-invalid` naming every column that only one side has.
 */
export function arrange(
  extract: ExtractSpec,
  given: readonly Column[],
  dialect: Dialect,
): (row: SourceValue[]) => SourceValue[] {
  const places = new Map(given.map((column, i) => [column.name.toLowerCase(), i]));
  given.forEach((column, i) => places.set(column.name, i));
  const problems: Problem[] = [];
  const used = new Set<number>();
  const order: number[] = [];
  for (const { name } of extract.columns) {
    const place = places.get(name) ?? places.get(name.toLowerCase());
    if (place === undefined) {
      const near = nearest(
        name,
        given.map((column) => column.name),
      );
      problems.push({
        message: `the column \`${name}\` is declared, but the query does not give it`,
        remedy:
          near === null
            ? `The query gives: ${given.map((column) => column.name).join(", ")}.`
            : `Did you mean \`${near}\`?`,
      });
      continue;
    }
    if (used.has(place)) problems.push({ message: `the column \`${name}\` is declared twice` });
    used.add(place);
    order.push(place);
  }
  given.forEach(({ name }, i) => {
    if (used.has(i)) return;
    const near = nearest(
      name,
      extract.columns.map((column) => column.name),
    );
    problems.push({
      message: `the query gives the column \`${name}\`, which is not declared`,
      remedy:
        near === null
          ? "Declare it under `columns`, or leave it out of the query."
          : `Did you mean \`${near}\`?`,
    });
  });
  if (problems.length > 0) {
    throw new CutoverError(
      "mapping-invalid",
      `the extract ${extract.name} and its query have different columns`,
      {
        stage: "extract",
        problems,
      },
    );
  }
  const convert = extract.columns.flatMap(({ type }, i) => {
    const isSo = dialect.typesValues && conforms(given[order[i]!]!.type, type);
    return isSo ? [] : [[i, conformers[type]] as const];
  });
  const inOrder = order.every((place, i) => place === i);
  return (row) => {
    const arranged = inOrder ? row : order.map((place) => row[place]!);
    for (const [i, conform] of convert) {
      const value = arranged[i]!;
      if (value !== null) arranged[i] = conform(value);
    }
    return arranged;
  };
}
