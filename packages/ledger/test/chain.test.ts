import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { genesis, openLedger, verifyEvents, type LedgerEvent } from "@cutover/ledger";

const events = (ledger: ReturnType<typeof openLedger>): LedgerEvent[] =>
  ledger.db.prepare("SELECT * FROM event ORDER BY seq").all() as LedgerEvent[];

describe("the event chain", () => {
  it("carries each entry's predecessor and can be recomputed offline", () => {
    const ledger = openLedger(":memory:", { create: true });
    ledger.append("one", { b: 1, a: [2] });
    const last = ledger.append("two", null, 7);
    expect(ledger.verifyChain()).toEqual({
      entries: 3,
      head: { seq: 3, digest: last.digest },
      brokenAt: null,
      because: null,
    });
    const all = events(ledger);
    expect(all[0]?.previous).toBe(genesis);
    expect(all[1]?.body).toBe('{"a":[2],"b":1}');
    expect(verifyEvents(all)).toEqual(ledger.verifyChain());
  });

  it("stands or falls with the transaction it tells of", () => {
    const ledger = openLedger(":memory:", { create: true });
    const head = ledger.head();
    expect(() =>
      ledger.transaction(() => {
        ledger.append("begun", {});
        throw new Error("on the way");
      }),
    ).toThrow("on the way");
    expect(ledger.head()).toEqual(head);
  });

  it("cannot be changed or shortened by a statement", () => {
    const ledger = openLedger(":memory:", { create: true });
    expect(() => ledger.db.exec("UPDATE event SET kind = 'x'")).toThrow("append-only");
    expect(() => ledger.db.exec("DELETE FROM event")).toThrow("append-only");
  });

  it("tells any tampering, and where", () => {
    const ledger = openLedger(":memory:", { create: true });
    for (let i = 0; i < 5; i += 1) ledger.append("step", { i });
    const all = events(ledger);
    fc.assert(
      fc.property(
        fc.nat(all.length - 1),
        fc.constantFrom("body", "at", "kind", "run", "previous", "digest", "remove", "swap"),
        (index, how) => {
          const forged = all.map((e) => ({ ...e }));
          const entry = forged[index]!;
          if (how === "remove") {
            fc.pre(index < all.length - 1);
            forged.splice(index, 1);
          } else if (how === "swap") {
            fc.pre(index < all.length - 1);
            forged.splice(index, 2, forged[index + 1]!, entry);
          } else {
            Object.assign(entry, { [how]: how === "run" ? 99 : `${entry[how as "body"]}0` });
          }
          const check = verifyEvents(forged);
          expect(check.brokenAt).not.toBeNull();
          expect(check.entries).toBe(index);
        },
      ),
    );
  });
});
