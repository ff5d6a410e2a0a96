import { isDeepStrictEqual } from "node:util";
import { CutoverError, entityNames, fieldNames } from "@cutover/model";
import { Crash, crashing } from "../../../engine/test/kit/crashing.js";
import { Trial, type TrialOptions } from "../../../engine/test/kit/trial.js";
import { reconcile } from "../../src/index.js";
import { edits, policies, type Happening } from "./changes.js";

/** The same tables without keys: of a source nobody knows that its keys tell rows apart. */
const keyless = ["unit", "person", "result"]
  .map(
    (table) =>
      `CREATE TABLE t AS SELECT * FROM ${table}; DROP TABLE ${table}; ALTER TABLE t RENAME TO ${table};`,
  )
  .join("\n");

const first = `${keyless}
  INSERT INTO unit (id, code, name, parent) VALUES (1, 'A', 'Unit 1', NULL), (2, 'B', 'Unit 2', 1);
  INSERT INTO person (id, number, login, given, state, unit, boss, touched) VALUES (1, 'E1', 'ann', 'Ann', 'on', 2, NULL, 0), (2, 'E2', 'bob', NULL, 'on', 1, 1, 0),
    (3, NULL, 'guest', NULL, 'on', NULL, NULL, 0), (4, 'E4', 'cleo', 'Cleo', 'on', 2, 1, 0), (5, 'E5', 'dora', NULL, 'off', NULL, 4, 0);
  INSERT INTO lesson (id, code, title, subject) VALUES (1, 'L1', 'Lesson 1', 'Law'), (2, 'L2', 'Lesson 2', NULL), (3, 'L3', 'Lesson 3', 'Safety/Fire');
  INSERT INTO result (id, person, lesson, state, finished, touched) VALUES (1, 1, 1, 'done', '2024-01-01T00:00:00Z', 0), (2, 2, 1, 'done', '2024-01-01T00:00:00Z', 0),
    (3, 2, 2, 'begun', NULL, 0), (4, 4, 1, 'failed', '2024-02-01T00:00:00Z', 0), (5, 4, 1, 'done', '2024-03-01T00:00:00Z', 0), (6, 5, 3, 'done', NULL, 0);
`;

export interface WorldOptions {
  readonly payroll?: boolean;
  readonly enrich?: boolean;
  /** A delta is made also where others changed the target since all of it was read; only the end is looked at. */
  readonly trusting?: boolean;
}

/** What can be seen after a step: what was thrown, or what the ledger and the target say. */
type Sight = Readonly<Record<string, unknown>>;

/**
 * A small migration to which things happen. One that is forgetful knows nothing of what it saw before, but for
 * the crosswalk: it does all its work again, and is what the other one is compared with.
 */
export class World {
  readonly #trial: Trial;
  readonly #forgetful: boolean;
  readonly #options: WorldOptions;
  #now = 0;
  readonly #editsMade = new Set<number>();
  /** Whether the target was changed by others since all of it was read: then a delta sees less than a full plan. */
  #isTouched = false;
  /** Whether a plan was stopped: how far it came is no matter, for the next one begins anew. */
  #isHalfRead = false;
  /** Whether a delta was planned, and waits for its run: it does not look at what others do in the target. */
  #isTrusting = false;

  constructor(forgetful: boolean, options: WorldOptions = {}) {
    this.#forgetful = forgetful;
    this.#options = options;
    const trialOptions: TrialOptions = {
      source: first,
      batchSize: 3,
      pageSize: 2,
      oneByOne: forgetful,
      payroll: options.payroll === true || options.enrich === true,
    };
    this.#trial = new Trial(trialOptions);
    this.#setPolicy(0);
  }

  #setPolicy(which: number): void {
    const enrich =
      this.#options.enrich === true
        ? { user: { from: "payroll", fields: ["jobTitle", "familyName"], unmatched: "exclude" as const } }
        : undefined;
    this.#trial.policy = { ...(policies[which]! as object), ...(enrich === undefined ? {} : { enrich }) };
  }

  /** Does one thing; what is refused is seen as well. */
  async does(happening: Happening): Promise<Sight | null> {
    const t = this.#trial;
    this.#now += 1;
    // What was undone is told from what is planned by the clock.
    t.now = new Date().toISOString();
    try {
      await this.#do(happening);
    } catch (thrown) {
      if (happening.kind === "plan" && happening.stops !== undefined) {
        this.#isHalfRead = true;
        return null;
      }
      if (thrown instanceof Crash) return { crashed: true };
      if (!(thrown instanceof CutoverError)) throw thrown;
      if (thrown.code === "internal" || thrown.code === "books-unbalanced" || thrown.code === "query-failed")
        throw thrown;
      return { refused: thrown.code, ...(this.#isHalfRead ? {} : this.#sight()) };
    } finally {
      await t.disconnect();
    }
    if (happening.kind === "plan") this.#isHalfRead = false;
    const isSeen = ["plan", "run", "reconcile", "undo"].includes(happening.kind) && !this.#isHalfRead;
    return isSeen ? this.#sight() : null;
  }

  async #do(happening: Happening): Promise<void> {
    const t = this.#trial;
    switch (happening.kind) {
      case "source":
        return t.on("school", happening.sql.replaceAll("@now", String(this.#now)));
      case "target":
        if (this.#isTrusting && this.#options.trusting !== true) return;
        this.#isTouched = true;
        return t.on("academy", happening.sql);
      case "decide":
        return void t.ledger.db.exec(happening.sql.replace("2026-01-01T00:00:01Z", t.now));
      case "edit": {
        const { which } = happening;
        if (!this.#editsMade.delete(which)) this.#editsMade.add(which);
        t.edits = [...this.#editsMade].toSorted((a, b) => a - b).flatMap((one) => edits[one]!);
        return;
      }
      case "policy":
        return this.#setPolicy(happening.which);
      case "plan":
        return this.#plan(happening);
      case "run":
        return this.#load(happening.dies, happening.when);
      case "reconcile":
        return this.#reconcile();
      case "undo":
        return this.#undo();
    }
  }

  async #plan({ delta, wave, stops }: Extract<Happening, { readonly kind: "plan" }>): Promise<void> {
    const t = this.#trial;
    if (this.#isUnfinished()) await this.#load(null, "before");
    await t.disconnect();
    if (this.#forgetful) this.#forget();
    const scope = wave.length === 0 ? {} : { organizations: wave };
    this.#isTrusting = delta && (!this.#isTouched || this.#options.trusting === true);
    const isDelta = this.#isTrusting && !this.#forgetful;
    try {
      await t.plan({ delta: isDelta, scope, stopAfter: stops });
    } catch (thrown) {
      // Where there can be no delta there is a full plan.
      if (!isDelta || thrown instanceof CutoverError) throw thrown;
      await t.disconnect();
      await t.plan({ scope, stopAfter: stops });
    }
    // Where a delta was asked for and others had been at work, all of the target was read in its place.
    this.#isTouched = false;
    if (this.#forgetful) this.#forget();
  }

  async #load(dies: number | null, when: "before" | "after"): Promise<void> {
    const t = this.#trial;
    if (t.sources.length === 0) {
      t.sources = [
        await t.side("school", "source", "school.db"),
        ...(t.options.payroll === true ? [await t.side("payroll", "source", "school.db")] : []),
      ];
    }
    t.wrap = (loader) => (dies === null ? loader : crashing(loader, dies, when));
    try {
      await t.load();
      this.#isTrusting = false;
    } finally {
      t.wrap = (loader) => loader;
    }
  }

  #isUnfinished(): boolean {
    return (
      this.#trial.ledger.db.prepare("SELECT 1 FROM run WHERE state IN ('running', 'interrupted')").get() !==
      undefined
    );
  }

  #runs(): number {
    return this.#trial.ledger.db.prepare("SELECT coalesce(max(id), 0) FROM run").pluck().get() as number;
  }

  async #reconcile(): Promise<void> {
    const t = this.#trial;
    const state = t.ledger.db.prepare("SELECT state FROM run ORDER BY id DESC LIMIT 1").pluck().get();
    if (state === undefined || state === "undone") return;
    const sources = [
      await t.side("school", "source", "school.db"),
      ...(t.options.payroll === true ? [await t.side("payroll", "source", "school.db")] : []),
    ];
    t.sources = sources;
    const { side: target, loader: rows } = await t.target();
    await reconcile({ ledger: t.ledger, sources, target, rows, run: this.#runs() });
    if (this.#forgetful) this.#forget();
  }

  async #undo(): Promise<void> {
    const run = this.#trial.ledger.db
      .prepare("SELECT max(id) FROM run WHERE state <> 'undone'")
      .pluck()
      .get() as number | null;
    if (run === null) return;
    await this.#trial.undo(run);
    this.#isTouched = true;
  }

  /** Of a target that was found to match: what a plan that looks at everything would write all the same. */
  async leftOver(): Promise<readonly unknown[]> {
    const { db } = this.#trial.ledger;
    const verdict = db.prepare("SELECT verdict FROM reconciliation ORDER BY id DESC LIMIT 1").pluck().get();
    if (verdict !== "match") return [];
    const flagged = new Set(db.prepare("SELECT id FROM record WHERE disposition = 'flagged'").pluck().all());
    this.#forget();
    await this.#trial.plan();
    await this.#trial.disconnect();
    return db
      .prepare(
        "SELECT r.id, m.entity, r.key, r.disposition, r.targetKey FROM record r JOIN mapping m ON m.id = r.mapping WHERE disposition IN ('created', 'updated')",
      )
      .raw()
      .all()
      .filter((row) => !flagged.has((row as [number])[0]));
  }

  #forget(): void {
    this.#trial.ledger.db.exec(
      "DELETE FROM page; DELETE FROM high_water; UPDATE plan SET held = NULL; UPDATE reconciliation SET held = NULL",
    );
  }

  #sight(): Sight {
    const { db } = this.#trial.ledger;
    const all = (sql: string): readonly unknown[] => db.prepare(sql).raw().all();
    const name = "m.name || ' ' || r.key || ' ' || r.occurrence";
    const staged = entityNames.map((entity) =>
      all(
        `SELECT ${name}, ${fieldNames(entity)
          .map((f) => `e."${f}"`)
          .join(
            ", ",
          )} FROM "${entity}" e JOIN record r ON r.id = e.id JOIN mapping m ON m.id = r.mapping ORDER BY 1`,
      ),
    );
    return {
      ends: all(
        `SELECT ${name}, r.at, r.disposition, r.reason, r.targetKey IS NOT NULL,
           (SELECT w.name || ' ' || k.key || ' ' || k.occurrence FROM record k JOIN mapping w ON w.id = k.mapping WHERE k.id = r.canonical),
           hex(r.hash)
         FROM record r JOIN mapping m ON m.id = r.mapping WHERE r.gone IS NULL ORDER BY 1`,
      ),
      gone: all(
        `SELECT ${name}, r.targetKey IS NOT NULL FROM record r JOIN mapping m ON m.id = r.mapping WHERE r.gone IS NOT NULL ORDER BY 1`,
      ),
      staged,
      issues: all(
        `SELECT ${name}, i.code, i.severity, i.stage, i.field, i.note, i.raw,
           (SELECT k.key FROM record k WHERE k.id = i.root)
         FROM issue i JOIN record r ON r.id = i.record JOIN mapping m ON m.id = r.mapping ORDER BY 1, 2, 3, 4, 5, 6, 7, 8`,
      ),
      books: all("SELECT * FROM balance ORDER BY entity"),
      totals: all(
        "SELECT side, moment, entity, measure, grouping, value FROM total WHERE measure NOT LIKE 'rows%' ORDER BY 1, 2, 3, 4, 5, 6",
      ),
      reconciled: all(
        `SELECT verdict, (SELECT COUNT(*) FROM difference d WHERE d.reconciliation = x.id AND d.verdict <> 'explained') FROM reconciliation x ORDER BY x.id DESC LIMIT 1`,
      ),
      differences: all(
        `SELECT d.entity, m.name, r.key, d.verdict, d.field, d.rule, d.source FROM difference d
         LEFT JOIN record r ON r.id = d.record LEFT JOIN mapping m ON m.id = r.mapping
         WHERE d.reconciliation = (SELECT max(id) FROM reconciliation) ORDER BY 1, 2, 3, 4, 5, 6, 7`,
      ),
      target: this.#trial.meaning(),
    };
  }

  close(): Promise<void> {
    return this.#trial.close();
  }
}

/** What two saw of the same happening. */
export interface Sights {
  readonly remembered: unknown;
  readonly forgetful: unknown;
}

/**
 * Has the same happen to one who remembers and to one who does not, and tells what both saw after the first
 * step that they do not see alike; after the last one where there is none.
 */
export async function sights(all: readonly Happening[], options: WorldOptions): Promise<Sights> {
  const [remembering, forgetful] = [new World(false, options), new World(true, options)];
  let seen: Sights = { remembered: null, forgetful: null };
  try {
    for (const [step, happening] of all.entries()) {
      const what = { step, happening };
      seen = {
        remembered: { ...what, ...(await remembering.does(happening)) },
        forgetful: { ...what, ...(await forgetful.does(happening)) },
      };
      if (options.trusting !== true && !isDeepStrictEqual(seen.remembered, seen.forgetful)) break;
    }
  } finally {
    await remembering.close();
    await forgetful.close();
  }
  return seen;
}
