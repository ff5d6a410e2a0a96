import type { ComponentChildren } from "preact";

/** A whole number with separators: 60,000 reads better than 60000. */
export const number = (n: number): string => n.toLocaleString("en-US");

/** `1 record`, `2 records`. */
export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${number(n)} ${n === 1 ? one : many}`;

/** An instant to read: no fraction of a second, and which clock it is. */
export const clock = (iso: string): string =>
  iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z$/, "$1 $2 UTC");

export const When = ({ at }: { at: string | null }) =>
  at === null ? <>—</> : <time dateTime={at}>{clock(at)}</time>;

export const Section = (props: {
  id: string;
  title: string;
  lead?: ComponentChildren;
  children: ComponentChildren;
}) => (
  <section id={props.id} aria-labelledby={`${props.id}-title`}>
    <h2 id={`${props.id}-title`}>{props.title}</h2>
    {props.lead === undefined ? null : <p class="lead">{props.lead}</p>}
    {props.children}
  </section>
);

export const Tag = (props: { kind: string; children: ComponentChildren }) => (
  <span class={`tag ${props.kind.replaceAll(" ", "-")}`}>{props.children}</span>
);

/** A second line of a cell, quieter than the first. */
export const Quiet = ({ children }: { children: ComponentChildren }) => <span class="block">{children}</span>;

/** A part that opens on demand; open from the start where it matters, and always on paper. */
export const Fold = (props: { summary: ComponentChildren; open?: boolean; children: ComponentChildren }) => (
  <details open={props.open === true}>
    <summary>{props.summary}</summary>
    {props.children}
  </details>
);
