import type { OutgoingRecord } from "@cutover/intake";
import { inMemory, openLedger, type Ledger } from "@cutover/ledger";
import { emptyRecord, type CanonicalRecord } from "@cutover/model";
import fc from "fast-check";
import { expect, it } from "vitest";
import { Latecomers } from "../src/latecomers.js";
import type { Expected } from "../src/expected.js";
import { Pairing } from "../src/pairing.js";

const person = (username: string): CanonicalRecord => ({ ...emptyRecord("user"), username });

/** A ledger of people that were loaded: their target keys, null where one has none. */
function loadedPeople(keys: readonly (string | null)[]): Ledger {
  const ledger = openLedger(inMemory, { create: true });
  ledger.db.exec(`
    UPDATE meta SET value = '1' WHERE name = 'extraction';
    INSERT INTO side (id, name, role, system) VALUES (1, 'old', 'source', 'old'), (2, 'target', 'target', 'new');
    INSERT INTO mapping (id, side, name, direction, entity) VALUES
      (1, 1, 'old/users', 'inbound', 'user'), (2, 2, 'new/users', 'inbound', 'user')`);
  const record = ledger.db.prepare(
    `INSERT INTO record (id, mapping, key, at, disposition, targetKey) VALUES (?, 1, ?, ?, 'created', ?)`,
  );
  const user = ledger.db.prepare(`INSERT INTO "user" (id, username) VALUES (?, ?)`);
  keys.forEach((key, i) => {
    record.run(i + 1, `S${i + 1}`, i + 1, key);
    user.run(i + 1, key ?? "nobody");
  });
  return ledger;
}

async function pairUp(expected: readonly (string | null)[], keys: readonly string[], most: number) {
  const ledger = loadedPeople(expected);
  const all = expected.map((targetKey, i): Expected => ({
    sent: { id: i + 1, targetKey } as OutgoingRecord,
    was: null,
  }));
  const met = new Map<number, string | null>();
  let metTwice = false;
  const read = (after: number, upto?: number | null): readonly Expected[] =>
    all.filter(({ sent }) => sent.id > after && sent.id <= (upto ?? Infinity)).slice(0, 3);
  const meet = ({ sent }: Expected, is: CanonicalRecord | null): void => {
    metTwice ||= met.has(sent.id);
    met.set(sent.id, (is?.["username"] ?? null) as string | null);
  };
  const shared = new Set<string>();
  const waiting = new Latecomers(ledger, "user", shared);
  const pairing = new Pairing({ entity: "user", expected: read, onPair: meet, waiting, shared, most });
  ledger.transaction(() => {
    // The first of a key counts: the second says something else.
    const seen = new Set<string>();
    for (const key of keys) {
      pairing.take([{ key, record: person(seen.has(key) ? "again" : `is ${key}`) }], 2);
      seen.add(key);
    }
  });
  const { paired, late } = pairing.end();
  const target = paired + (await waiting.meet([late], read, meet, async () => undefined));
  const left = ledger.db.prepare('SELECT key FROM "after_user" ORDER BY key').pluck().all() as string[];
  ledger.close();
  return { met, metTwice, target, left };
}

const key = fc.integer({ min: 1, max: 60 }).map(String);

it("brings every expected record together with what was read, in whatever order both come", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.oneof({ weight: 9, arbitrary: key }, { weight: 1, arbitrary: fc.constant(null) }), {
        selector: (one) => one ?? Symbol("none"),
      }),
      fc.array(key, { maxLength: 80 }),
      fc.boolean(),
      fc.integer({ min: 1, max: 8 }),
      async (expected, others, inOrder, most) => {
        const kept = expected.filter((one) => one !== null && Number(one) % 7 !== 0) as string[];
        const read = inOrder ? [...kept, ...others] : [...others, ...kept.toReversed()];
        const { met, metTwice, target, left } = await pairUp(expected, read, most);
        const there = new Set(read);
        expect(metTwice).toBe(false);
        expect([...met].toSorted(([a], [b]) => a - b)).toEqual(
          expected.map((one, i) => [i + 1, one !== null && there.has(one) ? `is ${one}` : null]),
        );
        expect(target).toBe(there.size);
        expect(new Set(left)).toEqual(new Set([...there].filter((one) => !expected.includes(one))));
      },
    ),
    { numRuns: 150 },
  );
});

it("keeps nothing of a long stream in which both come in the same order", async () => {
  const keys = Array.from({ length: 500 }, (_, i) => String(i));
  const missing = keys.filter((_, i) => i % 50 !== 7);
  const { met, target, left } = await pairUp(keys, ["x", ...missing], 10);
  expect([...met.values()].filter((one) => one === null)).toHaveLength(10);
  expect({ target, left }).toEqual({ target: 491, left: ["x"] });
});
