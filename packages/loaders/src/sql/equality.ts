import { quoteName, type Dialect, type TableShape } from "@cutover/sql";
import { columnOf } from "./shapes.js";

/** That a column has a value: text is compared exactly, other types have one way to be equal. */
export function equality(
  name: string,
  shape: TableShape,
  dialect: Dialect,
  value: string,
  of = "",
): readonly [text: string, uses: number] {
  const { type } = columnOf(shape, name);
  const quoted = `${of}${quoteName(name)}`;
  return type === "text" || type === "json" ? dialect.exactly(quoted, value) : [`${quoted} = ${value}`, 1];
}
