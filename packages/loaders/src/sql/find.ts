import type { SourceValue, TableSpec, TargetValue } from "@cutover/model";
import {
  conformers,
  decimalText,
  quoteName,
  SqlFault,
  type Parameter,
  type Row,
  type Session,
  type ShapeColumn,
  type TableShape,
} from "@cutover/sql";
import { encoderOf } from "./encode.js";
import { keysPerStatement, lookUp } from "./look-up.js";
import { columnOf } from "./shapes.js";

/** What an asked key is looked for by, and what tells equal keys. */
interface Wanted {
  readonly key: readonly Parameter[];
  readonly identity: string;
}

/**
 * The rows whose columns equal one of the keys, exactly: a database may find more (its collations
 * can ignore case and accents), so what it finds is compared again. A key that the columns cannot
 * hold finds nothing.
 */
export async function findRows(
  session: Session,
  table: TableSpec,
  shape: TableShape,
  by: readonly string[],
  keys: readonly (readonly TargetValue[])[],
  columns: readonly string[],
  /** Whether it waits for transactions that are at work on the rows. */
  settled = false,
): Promise<readonly Row[]> {
  const { awaitingRows } = session.dialect;
  const keyColumns = by.map((name) => columnOf(shape, name));
  if (!settled && (await isVacant(session, shape, keyColumns, keys))) return [];
  const identity = identities(keyColumns);
  const wanted = new Map<string, readonly Parameter[]>();
  for (const { key, identity: text } of encoded(keys, keyColumns, shape, identity)) wanted.set(text, key);

  const selected = [...new Set([...by, ...columns])];
  for (const name of selected) columnOf(shape, name);
  const places = by.map((name) => selected.indexOf(name));
  const types = new Map(table.columns.map((column) => [column.name, column.type]));
  const given = columns.map((name) => ({
    name,
    place: selected.indexOf(name),
    conform: conformers[types.get(name) ?? columnOf(shape, name).type],
  }));

  const most = keysPerStatement(session.dialect, by.length);
  const ask = async (
    asked: readonly (readonly Parameter[])[],
  ): Promise<readonly (readonly SourceValue[])[]> => {
    const { sql, parameters } = lookUp(session.dialect, shape, by, asked, selected);
    try {
      return await session.select(settled ? sql + awaitingRows : sql, parameters);
    } catch (error) {
      if (!(error instanceof SqlFault) || error.kind !== "unspellable") throw error;
      // A key that the database cannot spell is not in it.
      if (asked.length === 1) return [];
      const half = Math.ceil(asked.length / 2);
      return [...(await ask(asked.slice(0, half))), ...(await ask(asked.slice(half)))];
    }
  };
  const found: Row[] = [];
  for (const group of byNulls(wanted.values())) {
    for (let i = 0; i < group.length; i += most) {
      for (const row of await ask(group.slice(i, i + most))) {
        if (!wanted.has(identity(places.map((place) => row[place]!)))) continue;
        const conformed: Record<string, SourceValue> = {};
        for (const { name, place, conform } of given) {
          const value = row[place]!;
          conformed[name] = value === null ? null : conform(value);
        }
        found.push(conformed);
      }
    }
  }
  return found;
}

/** Keys from which on one question more is cheap. */
const manyKeys = 50;

/** Whether the keys are whole numbers close together, and the table has none of all between the least and the greatest. */
async function isVacant(
  session: Session,
  { table }: TableShape,
  [column, ...others]: readonly ShapeColumn[],
  keys: readonly (readonly TargetValue[])[],
): Promise<boolean> {
  if (column?.type !== "integer" || others.length > 0 || keys.length < manyKeys) return false;
  let [least, greatest] = [Infinity, -Infinity];
  for (const [key] of keys) {
    if (typeof key !== "number" || !Number.isSafeInteger(key)) return false;
    least = Math.min(least, key);
    greatest = Math.max(greatest, key);
  }
  if (greatest - least > 2 * keys.length) return false;
  const within = `${quoteName(column.name)} BETWEEN ${least} AND ${greatest}`;
  const rows = await session.select(`SELECT 1 FROM ${quoteName(table)} WHERE ${within} LIMIT 1`, []);
  return rows.length === 0;
}

function* encoded(
  keys: readonly (readonly TargetValue[])[],
  columns: readonly ShapeColumn[],
  shape: TableShape,
  identity: (key: readonly Parameter[]) => string,
): Generator<Wanted> {
  const encoders = columns.map((column) => encoderOf(column, shape.table));
  for (const key of keys) {
    try {
      const parameters = encoders.map((encode, i) => encode(key[i] ?? null));
      yield { key: parameters, identity: identity(parameters) };
    } catch {
      // What the columns cannot hold is not in them.
    }
  }
}

/** Keys by which of their columns are null: SQL's equality knows no null. */
function byNulls(keys: Iterable<readonly Parameter[]>): (readonly Parameter[])[][] {
  const groups = new Map<string, (readonly Parameter[])[]>();
  for (const key of keys) {
    const pattern = key.includes(null) ? key.map((value) => (value === null ? "0" : "1")).join("") : "";
    const group = groups.get(pattern);
    if (group === undefined) groups.set(pattern, [key]);
    else group.push(key);
  }
  return [...groups.values()];
}

/**
 * One text for equal keys, however the value is spelled: 57 and "57" in an integer column. No text that
 * is asked for holds NUL, which parts the columns.
 */
function identities(columns: readonly ShapeColumn[]): (key: readonly Parameter[]) => string {
  const spellings = columns.map(spellingOf);
  const spelled = (value: Parameter, i: number): string => {
    if (value === null) return "\0";
    return typeof value === "object" ? Buffer.from(value).toString("hex") : spellings[i]!(value);
  };
  return (key) => (key.length === 1 ? spelled(key[0]!, 0) : key.map(spelled).join("\0"));
}

function spellingOf({ type }: ShapeColumn): (value: string | number | bigint | boolean) => string {
  switch (type) {
    case "decimal":
    case "float":
      return (value) => {
        const text = typeof value === "number" ? decimalText(value) : String(value);
        return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
      };
    case "boolean":
      return (value) => (value === true || value === 1 || value === 1n ? "1" : "0");
    case "date":
    case "time":
      // The database decides: it writes times in its own way.
      return () => "";
    default:
      return String;
  }
}
