import { quoteName, type Dialect, type Parameter, type Session } from "@cutover/sql";
import { expectRows, refusals } from "./outcome.js";
import { columnOf } from "./shapes.js";
import type { Change } from "./statements.js";

/** Rows one statement changes; more would only hold more memory. */
const rowsAtOnce = 5_000;

/**
 * Changes or deletes rows. Every key has to find its one row: none was changed by others, no key
 * fits two.
 */
export async function changeRows(session: Session, change: Change): Promise<void> {
  if (!session.dialect.takesArrays || change.rows.length === 1 || change.by.length === 0 || repeats(change)) {
    return oneByOne(session, change);
  }
  for (let i = 0; i < change.rows.length; i += rowsAtOnce) {
    await atOnce(session, { ...change, rows: change.rows.slice(i, i + rowsAtOnce) });
  }
}

/** Whether a row is changed twice: then the order counts. */
const repeats = ({ rows }: Change): boolean =>
  new Set(rows.map(({ by }) => JSON.stringify(by.map(String)))).size < rows.length;

async function oneByOne(session: Session, change: Change): Promise<void> {
  const { shape, rows } = change;
  const { dialect } = session;
  let n = 0;
  const uses: number[] = [];
  const sets = change.set.map((name) => `${quoteName(name)} = ${dialect.placeholder(++n)}`);
  const conditions = change.by.map((name) => {
    const [text, used] = equality(name, change, dialect, n + 1);
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

/** Text is compared exactly; other types have one way to be equal. */
function equality(
  name: string,
  { shape }: Change,
  dialect: Dialect,
  at: number,
): readonly [text: string, uses: number] {
  const { type } = columnOf(shape, name);
  const quoted = quoteName(name);
  return type === "text" || type === "json"
    ? dialect.exactly(quoted, dialect.placeholder(at))
    : [`${quoted} = ${dialect.placeholder(at)}`, 1];
}
