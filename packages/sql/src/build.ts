import { createRequire } from "node:module";
import type { Knex } from "knex";
import type { Dialect } from "./dialect.js";
import { quoteName } from "./quote.js";

const builders = new Map<Dialect["knexClient"], Knex>();

/** knex as a builder of statements: it never connects. It is loaded when a statement is first built. */
export function builder(dialect: Dialect): Knex {
  const existing = builders.get(dialect.knexClient);
  if (existing !== undefined) return existing;
  const { knex } = createRequire(import.meta.url)("knex") as typeof import("knex");
  const made = knex({ client: dialect.knexClient, useNullAsDefault: true });
  builders.set(dialect.knexClient, made);
  return made;
}

/**
 * A name for knex. Names come from mappings and from databases: knex by itself would part one at a
 * dot, take ` as ` for an alias, and `?` for a parameter.
 */
export const named = (build: Knex, name: string): Knex.Raw =>
  build.raw(quoteName(name).replaceAll("?", "\\?"));

/** The text of a built statement as a session takes it. */
export const compiled = (query: Knex.QueryBuilder): string =>
  // For engines with numbered parameters knex has taken the escapes out already.
  query.toSQL().toNative().sql.replaceAll("\\?", "?");
