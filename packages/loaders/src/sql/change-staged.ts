import { quoteName, SqlFault, type Session, type TableShape } from "@cutover/sql";
import { equality } from "./equality.js";
import { expectRows, refusals } from "./outcome.js";
import { columnOf } from "./shapes.js";
import type { Change } from "./statements.js";

/** A table of this connection alone; whatever the target has by that name is hidden, not touched. */
const stage = "cutover_given";

/**
 * Changes or deletes rows by a join with a temporary table that has their keys and values in columns of
 * the very types of the target's. False where the user may not make one: then nothing has happened.
 */
export async function changeStaged(session: Session, change: Change): Promise<boolean> {
  const { shape, rows } = change;
  if (!(await makeStage(session, change))) return false;
  const given: TableShape = {
    table: stage,
    bulk: true,
    transactional: true,
    columns: [...change.set, ...change.by].map((name, i) => ({ ...columnOf(shape, name), name: `c${i}` })),
  };
  const names = given.columns.map(({ name }) => name);
  const values = rows.map((row) => [...row.set, ...row.by]);
  expectRows(await refusals(shape, () => session.insert(given, names, values)), rows.length, shape);

  // The keys first, so that each is looked up by the target's index.
  const joined = `${stage} AS given STRAIGHT_JOIN ${quoteName(shape.table)} AS target ON ${matches(session, change)}`;
  // A key of two rows and one of none would be as many as there should be.
  const [counted] = await session.select(
    `SELECT COUNT(*), COUNT(DISTINCT ${change.by.map((_, i) => `given.c${change.set.length + i}`).join(", ")}) FROM ${joined} FOR UPDATE`,
  );
  for (const count of counted ?? [])
    expectRows({ affected: Number(count), warnings: [] }, rows.length, shape);
  const sets = change.set.map((name, i) => `target.${quoteName(name)} = given.c${i}`).join(", ");
  const sql = change.kind === "update" ? `UPDATE ${joined} SET ${sets}` : `DELETE target FROM ${joined}`;
  expectRows(await refusals(shape, () => session.run(sql)), rows.length, shape);
  await session.run(`DROP TEMPORARY TABLE ${stage}`);
  return true;
}

async function makeStage(session: Session, { shape, set, by }: Change): Promise<boolean> {
  const columns = [...set, ...by].map((name, i) => `${quoteName(name)} AS c${i}`).join(", ");
  try {
    await session.run(`DROP TEMPORARY TABLE IF EXISTS ${stage}`);
    await session.run(
      `CREATE TEMPORARY TABLE ${stage} ENGINE = InnoDB AS SELECT ${columns} FROM ${quoteName(shape.table)} LIMIT 0`,
    );
    return true;
  } catch (error) {
    if (error instanceof SqlFault && error.kind !== "connection-lost" && !error.repeatable) return false;
    throw error;
  }
}

const matches = (session: Session, { shape, set, by, nulls }: Change): string =>
  [
    ...by.map((name, i) => equality(name, shape, session.dialect, `given.c${set.length + i}`, "target.")[0]),
    ...nulls.map((name) => `target.${quoteName(name)} IS NULL`),
  ].join(" AND ");
