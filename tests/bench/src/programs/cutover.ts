import type { Program } from "../contest.js";
import type { Moving } from "../contests/pair.js";
import { booked, command, writeMigration, type Books, type Migration } from "./migration.js";

export const migrationOf = ({ folder, source, target }: Moving): Migration => ({
  folder,
  source: source.url,
  target: { system: "bench-target", url: target.url },
});

/**
 * Plan and run, read back, and plan and run again when nothing has changed: all through the command line.
 * People and courses are in both systems, as they are where only the history is moved: they are read on both
 * sides, matched, and found unchanged, in the time that counts.
 */
export const cutover: Program<Moving> = {
  name: "cutover",
  does: "plan, run, reconcile, and plan and run again, with ledger, hashes and checks",
  async run(moving) {
    const migration = migrationOf(moving);
    const all = moving.size.records;
    writeMigration(migration);
    const plan = await booked(migration, "plan", ({ created }) => created === all);
    const run = await booked(migration, "run", ({ created }) => created === all);
    const reconcile = await command(migration, "reconcile");
    const unchanged = (books: Books): boolean => books.unchanged === all;
    const planAgain = await booked(migration, "plan", unchanged);
    const runAgain = await booked(migration, "run", unchanged);
    return { plan, run, reconcile, "plan again": planAgain, "run again": runAgain };
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
