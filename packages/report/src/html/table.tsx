import type { ComponentChildren } from "preact";

export interface ColumnOf<R> {
  readonly title: string;
  readonly cell: (row: R) => ComponentChildren;
  /** `n` a number, `k` a key or another word without a place to break, `w` a text that wants room. */
  readonly form?: "n" | "k" | "w";
}

/**
 * A table. On a narrow screen one with texts (`stacked`) becomes a list of cards; one of figures scrolls
 * sideways within itself, reachable by keyboard. The roles keep it a table for those who hear it, however it is laid out.
 */
export function Table<R>(props: {
  caption: string;
  columns: readonly ColumnOf<R>[];
  rows: readonly R[];
  stacked?: boolean;
}) {
  const { caption, columns, rows, stacked } = props;
  return (
    <div
      class={stacked === true ? "scroll stacked" : "scroll"}
      tabIndex={0}
      role="group"
      aria-label={caption}
    >
      <table role="table">
        <caption>
          <span>{caption}</span>
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((column) => (
              <th role="columnheader" scope="col" class={column.form}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr role="row">
              {columns.map((column, i) =>
                i === 0 ? (
                  <th role="rowheader" scope="row" class={column.form} data-title={column.title}>
                    <div>{column.cell(row)}</div>
                  </th>
                ) : (
                  <td role="cell" class={column.form} data-title={column.title}>
                    <div>{column.cell(row)}</div>
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
