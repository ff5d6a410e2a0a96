import type { Program } from "../contest.js";
import type { Moving } from "../contests/pair.js";
import { changed, changeSome } from "../data/change.js";
import { booked, command, knows, ledgerMb, writeMigration, type Books, type Migration } from "./migration.js";

export const migrationOf = ({ folder, source, target }: Moving): Migration => ({
  folder,
  source: source.url,
  target: { system: "bench-target", url: target.url },
});

/**
 * Plan and run, read back, and plan and run again when nothing has changed, and then the delta: all through the command line.
 * People and courses are in both systems, as they are where only the history is moved: they are read on both
 * sides, matched, and found unchanged, in the time that counts.
 */
export const cutover: Program<Moving> = {
  name: "cutover",
  does: "plan, run, reconcile, plan and run again, and the delta, with ledger, hashes and checks",
  async run(moving, skip) {
    const migration = migrationOf(moving);
    const all = moving.size.records;
    writeMigration(migration);
    const plan = await booked(migration, "plan", ({ created }) => created === all);
    const loaded = await booked(migration, "run", ({ created }) => created === all);
    const run = { ...loaded, ledgerMb: ledgerMb(migration) };
    const reconcile = await command(migration, "reconcile");
    const unchanged = (books: Books): boolean => books.unchanged === all;
    const planAgain = await booked(migration, "plan", unchanged);
    const runAgain = await booked(migration, "run", unchanged);
    const costs = { plan, run, reconcile, "plan again": planAgain, "run again": runAgain };
    if (!(await knows("plan", "--delta"))) {
      skip("the delta: the command does not know `plan --delta` yet");
      return costs;
    }
    await changeSome(moving.source);
    const some = ({ updated }: Books): boolean => updated === changed(all);
    const planDelta = await booked(migration, "plan", some, "--delta");
    const runDelta = await booked(migration, "run", some);
    return { ...costs, "plan --delta": planDelta, "run the delta": runDelta };
  },
};

/** Into Moodle, which keeps one completion of a course for each person. */
export const moodle: Program<Migration> = {
  name: "cutover",
  does: "plan, run and reconcile, into Moodle's five tables",
  async run(migration) {
    writeMigration(migration);
    const moved = ({ read, created, excluded }: Books): boolean => created > 0 && created + excluded === read;
    const plan = await booked(migration, "plan", moved);
    const run = await booked(migration, "run", moved);
    return { plan, run, reconcile: await command(migration, "reconcile") };
  },
};
