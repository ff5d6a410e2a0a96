import type { Scope } from "@cutover/intake";
import type { Ledger } from "@cutover/ledger";
import { CutoverError, suggest, type Problem } from "@cutover/model";

interface Organization {
  readonly source: string;
  readonly key: string;
  readonly code: string | null;
  readonly name: string | null;
}

const staged = (ledger: Ledger): readonly Organization[] =>
  ledger.db
    .prepare(
      `SELECT side.name AS source, r.key, o.code, o.name FROM "organization" o
       JOIN record r ON r.id = o.id JOIN mapping m ON m.id = r.mapping JOIN side ON side.id = m.side
       WHERE r.gone IS NULL ORDER BY r.id`,
    )
    .all() as Organization[];

const folded = (text: string | null): string => (text ?? "").normalize("NFC").trim().toLowerCase();

/** What one name means: a key or a code as it is written, else a name. */
function meant(wanted: string, known: readonly Organization[]): readonly Organization[] {
  const exact = known.filter(({ key, code }) => key === wanted || code === wanted);
  return exact.length > 0 ? exact : known.filter(({ name }) => folded(name) === folded(wanted));
}

function problemOf(
  wanted: string,
  found: readonly Organization[],
  known: readonly Organization[],
): Problem | null {
  if (found.length === 0) {
    const names = known.flatMap(({ key, code, name }) => [name, code, key].filter((one) => one !== null));
    return {
      message: `no source has an organization \`${wanted}\``,
      remedy:
        known.length === 0
          ? "The sources have no organizations; plan without --organization."
          : (suggest(wanted, names) ?? "Give its name, its code or its key in the source."),
    };
  }
  // Each source may know it; two of one source are two.
  const several = found.filter((one) => found.some((other) => other !== one && other.source === one.source));
  if (several.length === 0) return null;
  return {
    message: `\`${wanted}\` is the name of ${several.length} organizations`,
    remedy: `Give the key of the one that is meant: ${several.map(({ key }) => `\`${key}\``).join(", ")}.`,
  };
}

/**
 * The scope of a wave: organizations by name, code or key, with all that is below them. They are looked up
 * in what is staged.
 *
 * @throws CutoverError `usage` with every name that means nothing, or more than one thing
 */
export function waveOf(ledger: Ledger, wanted: readonly string[]): Scope {
  if (wanted.length === 0) return {};
  const known = staged(ledger);
  const problems: Problem[] = [];
  const organizations = new Set<string>();
  for (const name of wanted) {
    const found = meant(name, known);
    const problem = problemOf(name, found, known);
    if (problem !== null) problems.push(problem);
    for (const { key, code } of found)
      for (const one of [key, code]) if (one !== null) organizations.add(one);
  }
  if (problems.length > 0) {
    throw new CutoverError("usage", "the wave names organizations that cannot be told", {
      stage: "plan",
      problems,
    });
  }
  return { organizations: [...organizations].toSorted() };
}
