import { issueWriter, placeOf, sourceMappings, type Ledger } from "@cutover/ledger";

interface Repeated {
  readonly id: number;
  readonly mapping: number;
  readonly hash: Buffer | null;
}

/** Keys that came more than once within a side and entity: in one mapping, or in two of them. */
function repeatedKeys(ledger: Ledger, mappings: readonly number[]): ReadonlySet<string> {
  const within = ledger.db
    .prepare(
      `SELECT key FROM record INDEXED BY record_repeated
       WHERE mapping = ? AND occurrence > 1 AND gone IS NULL`,
    )
    .pluck();
  const across = ledger.db
    .prepare(
      "SELECT a.key FROM record a JOIN record b ON b.mapping = ? AND b.key = a.key WHERE a.mapping = ?",
    )
    .pluck();
  const keys = new Set<string>();
  mappings.forEach((mapping, i) => {
    for (const key of within.all(mapping) as string[]) keys.add(key);
    for (const other of mappings.slice(i + 1)) {
      for (const key of across.all(other, mapping) as string[]) keys.add(key);
    }
  });
  return keys;
}

/** Keys that several records have: references by them are resolved when it is known which record is meant. */
const repeatedKeyTable = `
DROP TABLE IF EXISTS temp.repeated_key;
CREATE TEMP TABLE repeated_key (side INTEGER NOT NULL, entity TEXT NOT NULL, key TEXT NOT NULL);
CREATE INDEX temp.repeated_key_of ON repeated_key (side, entity, key);
`;

/**
 * Settles records that share a key. Equal ones are one fact told twice: the later is merged into the
 * first. Different ones contradict each other, and a person has to say which holds.
 */
export function settleDuplicates(ledger: Ledger): { readonly merged: number; readonly flagged: number } {
  const inbound = sourceMappings(ledger);
  const names = new Map(inbound.map((m) => [m.id, m.name]));
  // A row without a key is called after its line: two of them have nothing in common.
  const sharing = ledger.db.prepare(
    `SELECT r.id, r.mapping, r.hash FROM record r
     WHERE r.mapping = ? AND r.key = ? AND r.key <> '@' || r.at AND r.gone IS NULL
       AND coalesce(r.disposition, '') <> 'excluded'
     ORDER BY r.at`,
  );
  const merge = ledger.db.prepare(
    "UPDATE record SET disposition = 'merged', reason = ?, canonical = ? WHERE id = ?",
  );
  const flag = issueWriter(ledger);
  ledger.db.exec(repeatedKeyTable);
  const remember = ledger.db.prepare("INSERT INTO temp.repeated_key (side, entity, key) VALUES (?, ?, ?)");
  let merged = 0;
  let flagged = 0;
  for (const space of new Set(inbound.map((m) => `${m.side} ${m.entity}`))) {
    const own = inbound.filter((m) => `${m.side} ${m.entity}` === space);
    const ids = own.map((m) => m.id);
    for (const key of repeatedKeys(ledger, ids)) {
      remember.run(own[0]!.side, own[0]!.entity, key);
      const records = ids.flatMap((id) => sharing.all(id, key) as Repeated[]);
      const firsts = new Map<string, Repeated>();
      for (const record of records) {
        const content = record.hash?.toString("base64") ?? `unmapped ${record.id}`;
        const first = firsts.get(content);
        if (first === undefined) {
          firsts.set(content, record);
          continue;
        }
        merge.run(
          `same key and content as ${names.get(first.mapping)!} record ${placeOf(ledger, first.id)}`,
          first.id,
          record.id,
        );
        merged += 1;
      }
      if (firsts.size < 2) continue;
      for (const { id } of firsts.values()) {
        flag({
          record: id,
          code: "duplicate-key",
          severity: "flag",
          stage: "check",
          note: `${firsts.size} records with this key contradict each other`,
        });
        flagged += 1;
      }
    }
  }
  return { merged, flagged };
}
