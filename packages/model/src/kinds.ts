/**
 * The kinds of value a canonical field can hold. A field is declared once; its JSON Schema, its
 * TypeScript type, its column in the ledger and the way it is compared all follow from the kind.
 *
 * | kind | in memory | in JSON | in SQLite |
 * |---|---|---|---|
 * | text, one of | string | string | TEXT |
 * | integer | number (safe integers only) | number | INTEGER |
 * | decimal | string, shortest form: `87.5`, never `87.50` | string | TEXT |
 * | boolean | boolean | boolean | INTEGER 0/1 |
 * | date | `2024-02-29`, a calendar day without a zone | string | TEXT |
 * | instant | `2024-02-29T22:05:00Z`, UTC, fraction only when it is not zero | string | TEXT |
 * | moment | an instant, or a date where the source knows no more than the day | string | TEXT |
 * | duration | ISO 8601 (`P2Y`, `P90D`, `PT45M`) | string | TEXT |
 * | ref | the source's key of the other record | string | TEXT |
 * | list, refs, credits, map | readonly array or object | array or object | TEXT (JSON, keys sorted) |
 */
export type Kind =
  | "text"
  | "one of"
  | "integer"
  | "decimal"
  | "boolean"
  | "date"
  | "instant"
  | "moment"
  | "duration"
  | "ref"
  | "list"
  | "refs"
  | "credits"
  | "map";

export type EntityName =
  | "organization"
  | "user"
  | "course"
  | "certification"
  | "enrollment"
  | "completion"
  | "award";

/** Continuing-education credit: `amount` is a decimal, `unit` names it (CEU, CME, hour, point). */
export interface Credit {
  readonly amount: string;
  readonly unit: string;
  readonly provider: string | null;
}

export interface Field<T = unknown> {
  readonly kind: Kind;
  /** One sentence for the reference documentation. */
  readonly doc: string;
  /** A record without it is flagged (`required-field`). */
  readonly required?: boolean;
  /** Tells about a person: never in a log or an error. */
  readonly personal?: boolean;
  /** A credential: never in a report either. */
  readonly secret?: boolean;
  /** Longest text, in characters (code points). */
  readonly maxLength?: number;
  readonly values?: readonly string[];
  /** The entity a ref or refs field points at. */
  readonly entity?: EntityName;
  /** Carries the value's type; it has no value at run time. */
  readonly type?: T;
}

type Options = Pick<Field, "required" | "personal" | "secret" | "maxLength">;
type Required = Options & { readonly required: true };

interface Declare<T> {
  (doc: string, options: Required): Field<T>;
  (doc: string, options?: Options): Field<T | null>;
}

const declare = <T>(kind: Kind): Declare<T> =>
  ((doc: string, options: Options = {}) => ({ kind, doc, ...options })) as Declare<T>;

export const text = declare<string>("text");
export const decimal = declare<string>("decimal");
export const date = declare<string>("date");
export const instant = declare<string>("instant");
export const moment = declare<string>("moment");
export const duration = declare<string>("duration");
export const list = declare<readonly string[]>("list");
export const credits = declare<readonly Credit[]>("credits");
export const map = declare<Readonly<Record<string, string>>>("map");

export function oneOf<const V extends readonly string[]>(
  values: V,
  doc: string,
  options: Required,
): Field<V[number]>;
export function oneOf<const V extends readonly string[]>(
  values: V,
  doc: string,
  options?: Options,
): Field<V[number] | null>;
export function oneOf(values: readonly string[], doc: string, options: Options = {}): Field {
  return { kind: "one of", doc, values, ...options };
}

export function ref(entity: EntityName, doc: string, options: Required): Field<string>;
export function ref(entity: EntityName, doc: string, options?: Options): Field<string | null>;
export function ref(entity: EntityName, doc: string, options: Options = {}): Field {
  return { kind: "ref", doc, entity, ...options };
}

export const refs = (entity: EntityName, doc: string): Field<readonly string[] | null> => ({
  kind: "refs",
  doc,
  entity,
});

export interface Entity<F extends Readonly<Record<string, Field>> = Readonly<Record<string, Field>>> {
  readonly name: EntityName;
  /** One sentence for the reference documentation. */
  readonly doc: string;
  readonly fields: F;
}

/** The TypeScript type of an entity's records: every field present, absent is null. */
export type RecordOf<E extends Entity> = {
  readonly [K in keyof E["fields"]]: E["fields"][K] extends Field<infer T> ? T : never;
};

/** Any canonical value. */
export type CanonicalValue =
  | string
  | number
  | boolean
  | null
  | readonly string[]
  | readonly Credit[]
  | Readonly<Record<string, string>>;

/** A canonical record of any entity, every field present. */
export type CanonicalRecord = Readonly<Record<string, CanonicalValue>>;
