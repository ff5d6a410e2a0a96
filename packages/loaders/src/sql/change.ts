import { quoteName, type Parameter, type Session } from "@cutover/sql";
import { changeStaged } from "./change-staged.js";
import { equality } from "./equality.js";
import { expectRows, refusals } from "./outcome.js";
import { columnOf } from "./shapes.js";
import type { Change } from "./statements.js";

/** Rows one statement changes; more would only hold more memory. */
const rowsAtOnce = 10_000;

/** Rows from which it is worth the while to put them into a table first. */
const rowsToStage = 50;

/**
 * Changes or deletes rows. Every key has to find its one row: none was changed by others, no key
 * fits two.
 */
export async function changeRows(session: Session, change: Change): Promise<void> {
  const { takesArrays, changesByJoin } = session.dialect;
  const set = change.rows.length > 1 && change.by.length > 0 && !repeats(change);
  if (set && takesArrays) {
    for (let i = 0; i < change.rows.length; i += rowsAtOnce) {
      await atOnce(session, { ...change, rows: change.rows.slice(i, i + rowsAtOnce) });
    }
  } else if (
    !set ||
    !changesByJoin ||
    change.rows.length < rowsToStage ||
    !(await changeStaged(session, change))
  ) {
    await oneByOne(session, change);
  }
}

/** Whether a row is changed twice: then the order counts. */
const repeats = ({ rows }: Change): boolean =>
  new Set(rows.map(({ by }) => (by.length === 1 ? String(by[0]) : JSON.stringify(by.map(String))))).size <
  rows.length;

async function oneByOne(session: Session, change: Change): Promise<void> {
  const { shape, rows } = change;
  const { dialect } = session;
  let n = 0;
  const uses: number[] = [];
  const sets = change.set.map((name) => `${quoteName(name)} = ${dialect.placeholder(++n)}`);
  const conditions = change.by.map((name) => {
    const [text, used] = equality(name, change.shape, dialect, dialect.placeholder(n + 1));
    uses.push(used);
    n += used;
    return text;
  });
  const parameters = rows.map((row): Parameter[] => [
    ...row.set,
    ...row.by.flatMap((value, i) => Array.from({ length: uses[i] ?? 1 }, () => value)),
  ]);
  const sql = `${head(change)}${set(sets)} WHERE ${where(conditions, change)}`;
  const outcomes = await refusals(shape, () => session.runEach(sql, parameters));
  for (const outcome of outcomes) expectRows(outcome, 1, shape);
}

/** All rows in one statement; each column's values are one array, and each key has a number. */
async function atOnce(session: Session, change: Change): Promise<void> {
  const { shape, rows } = change;
  const columns = [...change.set, ...change.by];
  const arrays = columns.map((_, c) =>
    rows.map((row) => (c < change.set.length ? row.set[c] : row.by[c - change.set.length]) ?? null),
  );
  const types = columns.map((name, c) => `$${c + 1}::${columnOf(shape, name).elementType}[]`);
  const given = `unnest(${types.join(", ")}) WITH ORDINALITY AS given(${columns.map((_, c) => `c${c}`).join(", ")}, n)`;
  const sets = change.set.map((name, c) => `${quoteName(name)} = given.c${c}`);
  const conditions = change.by.map(
    (name, c) => `target.${quoteName(name)} = given.c${c + change.set.length}`,
  );
  const changed =
    `${head(change)} AS target${set(sets)} ${change.kind === "update" ? "FROM" : "USING"} ${given} ` +
    `WHERE ${where(conditions, change, "target.")} RETURNING given.n`;
  const [counted] = await refusals(shape, () =>
    session.query(
      `WITH changed AS (${changed}) SELECT COUNT(*) AS "rows", COUNT(DISTINCT n) AS "keys" FROM changed`,
      arrays,
    ),
  );
  expectRows({ affected: Number(counted?.["rows"]), warnings: [] }, rows.length, shape);
  expectRows({ affected: Number(counted?.["keys"]), warnings: [] }, rows.length, shape);
}

const head = ({ kind, shape }: Change): string =>
  `${kind === "update" ? "UPDATE" : "DELETE FROM"} ${quoteName(shape.table)}`;
const set = (sets: readonly string[]): string => (sets.length === 0 ? "" : ` SET ${sets.join(", ")}`);
const where = (conditions: readonly string[], { nulls }: Change, of = ""): string =>
  [...conditions, ...nulls.map((name) => `${of}${quoteName(name)} IS NULL`)].join(" AND ");
