import type { Ledger } from "@cutover/ledger";
import { entities, entityNames } from "@cutover/model";

/** Which people move in this wave; what belongs to the others waits with them. Empty means everybody. */
export interface Scope {
  /** Organizations by key or code, with all that is below them. */
  readonly organizations?: readonly string[] | undefined;
  /** Countries of people, as ISO 3166-1 alpha-2. */
  readonly countries?: readonly string[] | undefined;
}

const outsideScope = "outside-scope";

const belongsToUser = entityNames.filter((name) => entities[name].fields["user"]?.kind === "ref");

const inOrganizations = `"organizationId" IN (
  WITH RECURSIVE inside (id) AS (
    SELECT o.id FROM "organization" o JOIN record k ON k.id = o.id
    WHERE k.gone IS NULL
      AND (k.key IN (SELECT value FROM json_each(@organizations)) OR o.code IN (SELECT value FROM json_each(@organizations)))
    UNION
    SELECT o.id FROM "organization" o JOIN inside ON o."parentId" = inside.id
  )
  SELECT id FROM inside
)`;

const inCountries = `"country" IN (SELECT value FROM json_each(@countries))`;

const exclude = (where: string): string =>
  `UPDATE record SET disposition = 'excluded', reason = '${outsideScope}'
   WHERE gone IS NULL AND coalesce(disposition, '') NOT IN ('excluded', 'merged')
     AND id IN (${where})`;

/**
 * Excludes people outside the scope, and what belongs to them, by the rule `outside-scope`. Organizations,
 * courses and certifications stay: the people of every wave need them. Who has no organization, or no
 * country, is outside a scope that names some.
 */
export function applyScope(ledger: Ledger, scope: Scope): number {
  const { organizations = [], countries = [] } = scope;
  const conditions = [
    ...(organizations.length > 0 ? [inOrganizations] : []),
    ...(countries.length > 0 ? [inCountries] : []),
  ];
  if (conditions.length === 0) return 0;
  const named = {
    ...(organizations.length > 0 ? { organizations: JSON.stringify(organizations) } : {}),
    ...(countries.length > 0 ? { countries: JSON.stringify(countries) } : {}),
  };
  const outside = `SELECT id FROM "user" WHERE NOT coalesce(${conditions.join(" AND ")}, 0)`;
  let excluded = ledger.db.prepare(exclude(outside)).run(named).changes;
  for (const entity of belongsToUser) {
    excluded += ledger.db
      .prepare(
        exclude(
          `SELECT e.id FROM "${entity}" e JOIN record o ON o.id = e."userId"
           WHERE o.disposition = 'excluded' AND o.reason = '${outsideScope}'`,
        ),
      )
      .run().changes;
  }
  return excluded;
}
