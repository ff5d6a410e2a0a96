import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createExtractor } from "@cutover/extractors";
import {
  checkStaged,
  registerSide,
  stageSource,
  stageTarget,
  stillHolds,
  takeTotals,
  type MappingCounts,
  type RowsRead,
  type Scope,
  type Side,
} from "@cutover/intake";
import { beginExtraction, endExtraction, inMemory, openLedger, type Ledger } from "@cutover/ledger";
import { createLoader } from "@cutover/loaders";
import { loadSystem, type System } from "@cutover/mapping";
import { CutoverError, entityNames, type EntityName, type Loader, type RunKind } from "@cutover/model";
import Database from "better-sqlite3";
import {
  definitionOf,
  deltaBase,
  reconciledBase,
  type DeltaBase,
  load,
  makePlan,
  undo,
  type LoadResult,
  type MatchPolicy,
  type Plan,
  type Target,
  type Retry,
  type OnProgress,
  type UndoResult,
} from "../../src/index.js";
import { draftingAhead, tryingBeside } from "./ahead.js";
import { academyTables, makeAcademy, makeSchool } from "./databases.js";

const systems = new Map<string, System>();

/** What somebody changed in a file of a system's definition: a text of it and what stands there now. */
export interface Edit {
  readonly system: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

function compiled(folder: string): System {
  const loaded = loadSystem({ folder });
  if (loaded.system === null) throw new Error(JSON.stringify(loaded.problems, null, 1));
  return loaded.system;
}

/** A system of test/systems, as it is or edited, compiled once. */
function systemNamed(name: string, all: readonly Edit[]): System {
  const edits = all.filter(({ system }) => system === name);
  const id = JSON.stringify([name, edits]);
  let system = systems.get(id);
  if (system === undefined) {
    const folder = join(import.meta.dirname, "..", "systems", name);
    system = edits.length === 0 ? compiled(folder) : edited(folder, edits);
    systems.set(id, system);
  }
  return system;
}

function edited(folder: string, edits: readonly Edit[]): System {
  const copy = mkdtempSync(join(tmpdir(), "cutover-system-"));
  try {
    cpSync(folder, copy, { recursive: true });
    for (const { file, from, to } of edits) {
      const before = readFileSync(join(copy, file), "utf8");
      const after = before.replace(from, to);
      if (after === before) throw new Error(`${file} has no ${from}`);
      writeFileSync(join(copy, file), after);
    }
    return compiled(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}

export interface TrialOptions {
  /** SQL that fills the source; by default a few of everything. */
  readonly source?: string;
  /** SQL that fills the target before. */
  readonly target?: string;
  /** Where the ledger lives; by default in memory. */
  readonly ledger?: string;
  readonly payroll?: boolean;
  readonly policy?: MatchPolicy;
  readonly batchSize?: number;
  /** Rows of a source that are read together. */
  readonly pageSize?: number;
  /** Every record is planned and written by itself, never column by column with the others of its page. */
  readonly oneByOne?: boolean;
  /** Records are tried beside, and pages are drafted ahead, as another thread would. */
  readonly ahead?: boolean;
  /** The academy has no ids of its own for results: a person and a course tell them. */
  readonly withoutResultIds?: boolean;
}

const resultsByPersonAndCourse: readonly Edit[] = [
  {
    system: "academy",
    file: "system.yaml",
    from: "    id: id\n    columns: { id: bigint, person: bigint, course",
    to: "    columns: { person: bigint, course",
  },
  {
    system: "academy",
    file: "outbound/completions.yaml",
    from: "key: '{result.id}'",
    to: "key: [result.person, result.course]",
  },
  {
    system: "academy",
    file: "inbound/completions.yaml",
    from: "key: [id]",
    to: "key: [person, course]\nignore: { id: A person and a course tell it. }",
  },
];

/** A small migration between two SQLite databases, through the engine's public doors. */
export class Trial {
  /** The instant at which is planned. */
  now = "2026-01-01T00:00:00Z";
  readonly folder: string;
  readonly options: TrialOptions;
  policy: MatchPolicy;
  /** What was changed in the systems' definitions. */
  edits: readonly Edit[] = [];
  ledger: Ledger;
  sources: readonly Side[] = [];
  /** Wraps the target's loader: where tests put the crashes. */
  wrap: (loader: Loader) => Loader = (loader) => loader;
  /** What the last plan read of the sources, and the extracts it had to read whole though they say what changed. */
  read: readonly MappingCounts[] = [];
  whole: string[] = [];
  /** Whether the last plan looked at the target record by record. */
  lookedAtTarget = true;
  #target: Target | null = null;

  constructor(options: TrialOptions = {}) {
    this.options = options;
    this.policy = options.policy ?? {};
    if (options.withoutResultIds === true) this.edits = resultsByPersonAndCourse;
    this.folder = mkdtempSync(join(tmpdir(), "cutover-engine-"));
    makeSchool(join(this.folder, "school.db"), options.source);
    makeAcademy(join(this.folder, "academy.db"), options.target);
    this.ledger = openLedger(options.ledger ?? inMemory, { create: true });
  }

  /** Runs SQL on the source or the target behind the engine's back. */
  on(side: "school" | "academy", sql: string): void {
    const db = new Database(join(this.folder, `${side}.db`));
    db.exec(sql);
    db.close();
  }

  rows(side: "school" | "academy", sql: string): readonly Record<string, unknown>[] {
    const db = new Database(join(this.folder, `${side}.db`), { readonly: true });
    const rows = db.prepare(sql).all() as Record<string, unknown>[];
    db.close();
    return rows;
  }

  /** Everything the target holds, row by row. */
  everything(): Readonly<Record<string, readonly unknown[]>> {
    return Object.fromEntries(
      academyTables.map((table) => [table, this.rows("academy", `SELECT * FROM "${table}" ORDER BY id`)]),
    );
  }

  /** What the target means, whatever ids its rows have. */
  meaning(): Readonly<Record<string, readonly unknown[]>> {
    return {
      orgs: this.rows(
        "academy",
        "SELECT o.code, o.name, p.code AS parent FROM org o LEFT JOIN org p ON p.id = o.parent ORDER BY o.code",
      ),
      people: this.rows(
        "academy",
        `SELECT p.number, p.login, p.mail, p.given, p.family, p.state, p.job, o.code AS org, b.login AS boss,
           (SELECT group_concat(t, ';') FROM (SELECT f.name || '=' || d.value AS t FROM profile d
             JOIN field f ON f.id = d.field WHERE d.person = p.id ORDER BY 1)) AS profile
         FROM person p LEFT JOIN org o ON o.id = p.org LEFT JOIN person b ON b.id = p.boss ORDER BY p.login`,
      ),
      courses: this.rows(
        "academy",
        "SELECT c.code, c.title, k.name, c.open FROM course c LEFT JOIN category k ON k.id = c.category ORDER BY c.code",
      ),
      results: this.rows(
        "academy",
        `SELECT p.login, c.code, r.passed, r.finished, r.score FROM result r
         LEFT JOIN person p ON p.id = r.person LEFT JOIN course c ON c.id = r.course ORDER BY p.login, c.code`,
      ),
      strays: this.rows(
        "academy",
        `SELECT 'field' AS t, name, COUNT(*) AS n FROM field GROUP BY name HAVING n > 1
         UNION ALL SELECT 'category', name, COUNT(*) FROM category GROUP BY name HAVING COUNT(*) > 1`,
      ),
    };
  }

  async side(name: string, role: "source" | "target", file: string): Promise<Side> {
    const known = systemNamed(name, this.edits);
    const system =
      this.options.oneByOne === true
        ? { ...known, outbound: known.outbound.map((mapping) => ({ ...mapping, plain: null })) }
        : known;
    const extractor = await createExtractor({
      medium: system.medium,
      connection: { url: `sqlite:${file}` },
      folder: this.folder,
    });
    return registerSide(this.ledger, { name, role, system, extractor });
  }

  async target(): Promise<Target> {
    if (this.#target !== null) return this.#target;
    const side = await this.side("academy", "target", "academy.db");
    const loader = await createLoader({
      medium: "sql",
      connection: { url: "sqlite:academy.db" },
      folder: this.folder,
    });
    return (this.#target = { side, loader: this.wrap(loader) });
  }

  /**
   * Reads source and target, checks, and plans; of a delta only what changed, and throws where there can be none.
   * After a reconciliation, a target that still is as it was then is not looked at record by record. `stopAfter`:
   * so many pages of the sources; it is stopped before all is planned in any case.
   */
  async plan({ delta = false, scope = {} as Scope, stopAfter = Infinity } = {}): Promise<Plan> {
    if (this.sources.length === 0) {
      const school = await this.side("school", "source", "school.db");
      const payroll =
        this.options.payroll === true ? [await this.side("payroll", "source", "school.db")] : [];
      this.sources = [school, ...payroll];
    }
    const { ledger, sources } = this;
    const target = await this.target();
    const { policy, now } = this;
    const tool = "cutover-test";
    const known = deltaBase(ledger, { definition: definitionOf(sources, target, policy), tool });
    if (delta && typeof known === "string") throw new Error(known);
    const reconciled = delta || typeof known === "string" ? null : reconciledBase(ledger, known);
    const isAsReconciled = reconciled !== null && (await stillHolds(target.side, reconciled.held));
    this.lookedAtTarget = !isAsReconciled;
    const trusted = delta ? (known as DeltaBase) : undefined;
    const base = isAsReconciled
      ? { run: reconciled.run, reconciliation: reconciled.reconciliation }
      : trusted;
    this.whole = [];
    const whole = Object.keys(policy.enrich ?? {}) as EntityName[];
    const reading = { whole, onWhole: (extract: string) => void this.whole.push(extract) };
    const extraction = beginExtraction(ledger);
    const stop = new AbortController();
    let pages = 0;
    this.read = [];
    for (const side of sources) {
      const counts = await stageSource(ledger, side, {
        extraction,
        delta: delta ? reading : undefined,
        batchSize: this.options.pageSize,
        signal: stop.signal,
        onProgress: () => {
          pages += 1;
          if (pages === stopAfter) stop.abort();
        },
      });
      this.read = [...this.read, ...counts];
      await takeTotals(ledger, side, "source");
    }
    if (stopAfter < Infinity) throw new CutoverError("interrupted", "stopped before all was read", {});
    endExtraction(ledger, extraction);
    const trials =
      this.options.ahead === true && base === undefined
        ? tryingBeside(ledger, target.side.system)
        : undefined;
    checkStaged(ledger, { now, scope, delta: base !== undefined, vanished: policy.vanished });
    const read: Record<string, RowsRead[]> = {};
    const onRows = (extract: string, rows: RowsRead): void => void (read[extract] = [rows]);
    if (base === undefined) await stageTarget(ledger, target.side, "before", { onRows });
    await takeTotals(ledger, target.side, "before");
    const held = isAsReconciled ? reconciled.held : base === undefined ? read : undefined;
    const plan = await makePlan({
      ledger,
      sources,
      target,
      policy,
      scope,
      delta: base,
      held,
      trials,
      tool,
      now,
    });
    trials?.end();
    return plan;
  }

  /** Leaves in the ledger what a reconciliation leaves there that found everything to be as it should be. */
  async reconciled(run: number): Promise<void> {
    const { ledger } = this;
    const held: Record<string, RowsRead[]> = {};
    const { side } = await this.target();
    await stageTarget(ledger, side, "after", {
      onRows: (extract, rows) => void (held[extract] = [rows]),
    });
    for (const entity of entityNames) {
      ledger.db.exec(
        `DELETE FROM "after_${entity}" WHERE key IN (SELECT r.targetKey FROM record r
           JOIN "${entity}" e ON e.id = r.id WHERE r.disposition IN ('created', 'updated', 'unchanged'))`,
      );
    }
    ledger.db
      .prepare("INSERT INTO reconciliation (run, verdict, held, startedAt) VALUES (?, 'match', ?, ?)")
      .run(run, JSON.stringify(held), this.now);
  }

  async load(
    kind: RunKind = "rehearsal",
    signal?: AbortSignal,
    onRetry?: (retry: Retry) => void,
  ): Promise<LoadResult> {
    const { ledger, sources, policy } = this;
    const { batchSize } = this.options;
    const target = await this.target();
    const ahead = this.options.ahead === true ? draftingAhead(ledger, target.side.system) : undefined;
    return load({ ledger, sources, target, policy, kind, batchSize, ahead, signal, onRetry });
  }

  async undo(run: number, signal?: AbortSignal, onProgress?: OnProgress): Promise<UndoResult> {
    return undo({ ledger: this.ledger, target: await this.target(), run, signal, onProgress });
  }

  /** The records' ends: `user 1: created`, in the order of the sources. */
  ends(entity?: string): readonly string[] {
    return this.ledger.db
      .prepare(
        `SELECT m.entity || ' ' || r.key || ': ' || r.disposition || coalesce(' (' || r.reason || ')', '')
         FROM record r JOIN mapping m ON m.id = r.mapping
         WHERE m.entity = coalesce(?, m.entity) AND r.gone IS NULL ORDER BY r.id`,
      )
      .pluck()
      .all(entity ?? null) as string[];
  }

  /** Closes what is open on the target, as the end of a process would. */
  async disconnect(): Promise<void> {
    await this.#target?.loader.close();
    await this.#target?.side.extractor.close();
    for (const { extractor } of this.sources) await extractor.close();
    this.#target = null;
    this.sources = [];
  }

  async close(): Promise<void> {
    await this.disconnect();
    this.ledger.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
