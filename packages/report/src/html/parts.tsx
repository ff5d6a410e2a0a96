import type { ComponentChildren } from "preact";

/** A whole number with thin separators: 60 000 reads better than 60000. */
export const number = (n: number): string => n.toLocaleString("en-US");

export const Section = (props: { id: string; title: string; lead?: string; children: ComponentChildren }) => (
  <section id={props.id} aria-labelledby={`${props.id}-title`}>
    <h2 id={`${props.id}-title`}>{props.title}</h2>
    {props.lead === undefined ? null : <p class="lead">{props.lead}</p>}
    {props.children}
  </section>
);

export interface ColumnOf<R> {
  readonly title: string;
  readonly cell: (row: R) => ComponentChildren;
  readonly numeric?: boolean;
}

/** A table that scrolls sideways within itself on a narrow screen, reachable by keyboard. */
export function Table<R>(props: { caption: string; columns: readonly ColumnOf<R>[]; rows: readonly R[] }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={props.caption}>
      <table>
        <caption>{props.caption}</caption>
        <thead>
          <tr>
            {props.columns.map((column) => (
              <th scope="col" class={column.numeric ? "n" : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr>
              {props.columns.map((column, i) =>
                i === 0 ? (
                  <th scope="row">{column.cell(row)}</th>
                ) : (
                  <td class={column.numeric ? "n" : undefined}>{column.cell(row)}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export const Tag = (props: { kind: string; children: ComponentChildren }) => (
  <span class={`tag ${props.kind.replaceAll(" ", "-")}`}>{props.children}</span>
);
