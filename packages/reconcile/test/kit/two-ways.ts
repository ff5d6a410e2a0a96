import { expect } from "vitest";
import type { Trial } from "../../../engine/test/kit/trial.js";
import { reconcile, workOff, type Beside, type News, type Reconciliation } from "../../src/index.js";

/** So many people, each with a result. */
export const manyPeople = (people: number): string => `
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${people})
INSERT INTO person (id, number, login, given) SELECT i, 'E' || i, 'p' || i, 'Person ' || i FROM n;
INSERT INTO lesson (id, code, title) VALUES (1, 'FIRE', 'Fire safety');
INSERT INTO result (id, person, lesson, finished, score)
  SELECT id, id, 1, '2024-02-29T22:05:00Z', id FROM person`;

export async function loaded(t: Trial): Promise<Trial> {
  await t.plan();
  await t.load();
  await t.disconnect();
  return t;
}

/** Reads back; shared, everything from ten records on is divided, unless told. */
export async function readBack(
  t: Trial,
  besideOf: ((target: Awaited<ReturnType<Trial["target"]>>) => Beside) | null,
  { signal, divideFrom = 10 }: { readonly signal?: AbortSignal; readonly divideFrom?: number } = {},
): Promise<Reconciliation> {
  const opened = await t.target();
  const { side: target, loader: rows } = opened;
  const beside = besideOf?.(opened);
  const options = {
    ledger: t.ledger,
    sources: t.sources,
    target,
    rows,
    run: 1,
    beside,
    divideFrom,
    signal,
  };
  try {
    return await reconcile(options);
  } finally {
    await t.disconnect();
  }
}

const differences = (t: Trial, { reconciliation }: Reconciliation): readonly unknown[] =>
  t.ledger.db
    .prepare(
      `SELECT entity, record, targetKey, verdict, field, rule, source, projected, target FROM difference
       WHERE reconciliation = ? ORDER BY entity, record, targetKey, field`,
    )
    .all(reconciliation);

/**
 * Reads back by one alone, and by two that share the work, by small and large parts of entities and by whole ones;
 * what they find, and what the second told of the small parts.
 */
export async function twoWays(
  t: Trial,
): Promise<{ readonly alone: Reconciliation; readonly told: readonly News[] }> {
  const alone = await readBack(t, null);
  const byShare = [];
  for (const divideFrom of [10, 60, 1000]) {
    const told: News[] = [];
    const besideOf: Parameters<typeof readBack>[1] =
      ({ side: target, loader: rows }) =>
      ({ list, tell, signal }) => {
        const both = (news: News): void => {
          told.push(news);
          tell(structuredClone(news));
        };
        return workOff(list, { ledger: t.ledger, target, rows, tell: both, signal });
      };
    const shared = await readBack(t, besideOf, { divideFrom });
    expect(shared.verdict).toBe(alone.verdict);
    expect(shared.entities).toEqual(alone.entities);
    expect(shared.totals).toEqual(alone.totals);
    expect(differences(t, shared)).toEqual(differences(t, alone));
    byShare.push(told);
  }
  return { alone, told: byShare[0]! };
}
