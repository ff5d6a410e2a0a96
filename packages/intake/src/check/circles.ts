import { issueWriter, type Ledger } from "@cutover/ledger";
import { isLookedAt } from "./look-again.js";
import { treeReferences } from "./rules.js";
import { live } from "./rule-sql.js";

/** The members of every circle in a map where each node leads to one other at most. */
export function circlesIn(next: ReadonlyMap<number, number>): readonly (readonly number[])[] {
  const walked = new Map<number, number>();
  const circles: number[][] = [];
  let walk = 0;
  for (const start of next.keys()) {
    walk += 1;
    const path: number[] = [];
    let node: number | undefined = start;
    while (node !== undefined && !walked.has(node)) {
      walked.set(node, walk);
      path.push(node);
      node = next.get(node);
    }
    // Only a walk that comes back to its own path has found a new circle.
    if (node !== undefined && walked.get(node) === walk) circles.push(path.slice(path.indexOf(node)));
  }
  return circles;
}

/**
 * Raises `circular-reference` for the members of each circle; what merely leads into one is sound. `someOnly`: a
 * circle has somebody who is looked at again.
 */
export function findCircles(ledger: Ledger, someOnly: boolean): ReadonlyMap<string, number> {
  const add = issueWriter(ledger);
  const counts = new Map<string, number>();
  for (const { name, entity, field, severity, because } of treeReferences) {
    if (someOnly && !isLookedAt(ledger, entity)) {
      counts.set(name, 0);
      continue;
    }
    const rows = ledger.db
      .prepare(
        `SELECT e.id, e."${field}Id" FROM "${entity}" e CROSS JOIN record r ON r.id = e.id
         WHERE e."${field}Id" IS NOT NULL AND ${live} ORDER BY e.id`,
      )
      .raw()
      .all() as [number, number][];
    const members = circlesIn(new Map(rows)).flat();
    for (const record of members) {
      add({
        record,
        code: "circular-reference",
        severity,
        stage: "check",
        field,
        note: `${name}: ${because}`,
      });
    }
    counts.set(name, members.length);
  }
  return counts;
}
