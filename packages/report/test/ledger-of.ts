import { openLedger, inMemory, type Ledger } from "@cutover/ledger";
import type { ReportInput } from "@cutover/report";
import { afterEach } from "vitest";

const open: Ledger[] = [];
afterEach(() => {
  for (const ledger of open.splice(0)) ledger.close();
});

export interface UserOf {
  readonly key: string;
  readonly name: string;
  readonly disposition: string;
  readonly reason?: string;
}

/** A ledger after a run that loaded these people; nothing is wrong with them yet. */
export function ledgerOf(users: Iterable<UserOf>): Ledger {
  const ledger = openLedger(inMemory, { create: true });
  open.push(ledger);
  const { db } = ledger;
  db.exec(`
    UPDATE meta SET value = '1' WHERE name = 'extraction';
    INSERT INTO side (id, name, role, system) VALUES (1, 'old', 'source', 'cornerstone'), (2, 'target', 'target', 'moodle');
    INSERT INTO mapping (id, side, name, direction, entity) VALUES (1, 1, 'cornerstone/users', 'inbound', 'user');
    INSERT INTO plan (id, digest, definition, staged, target, tool, scope, extraction, createdAt)
      VALUES (1, 'p', 'd', 's', 't', 'cutover 0.1.0', '{}', 1, '2026-03-01T00:00:00Z');
    INSERT INTO run (id, kind, plan, state, startedAt, finishedAt)
      VALUES (1, 'rehearsal', 1, 'finished', '2026-03-01T01:00:00Z', '2026-03-01T02:00:00Z');
  `);
  const record = db.prepare(
    "INSERT INTO record (id, mapping, key, at, disposition, reason, targetKey) VALUES (?, 1, ?, ?, ?, ?, ?)",
  );
  const user = db.prepare(
    `INSERT INTO "user" (id, username, familyName, email, status) VALUES (?, ?, ?, ?, 'active')`,
  );
  ledger.transaction(() => {
    let id = 0;
    for (const { key, name, disposition, reason } of users) {
      id++;
      const targetKey = disposition === "created" ? String(1000 + id) : null;
      record.run(id, key, id + 1, disposition, reason ?? null, targetKey);
      user.run(id, `u${id}`, name, `u${id}@example.org`);
    }
  });
  return ledger;
}

/** What a report of that run is made from. */
export const inputOf = (ledger: Ledger, input: Partial<ReportInput> = {}): ReportInput => ({
  db: ledger.db,
  run: 1,
  reconciled: null,
  totals: [],
  declared: {
    migration: "acme",
    tool: "0.1.0",
    sides: [
      { name: "old", role: "source", system: "cornerstone", title: "Cornerstone" },
      { name: "target", role: "target", system: "moodle", title: "Moodle" },
    ],
    fidelity: [],
    because: new Map([["guest-account", "Not a person."]]),
    conditions: [],
  },
  intact: true,
  now: new Date("2026-03-02T00:00:00Z"),
  ...input,
});
