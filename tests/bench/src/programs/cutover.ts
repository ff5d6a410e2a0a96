import type { Program } from "../contest.js";
import type { Moving } from "../contests/pair.js";
import { changed, changeSome } from "../data/change.js";
import { booked, command, ledgerMb, writeMigration, type Books, type Migration } from "./migration.js";

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
  async run(moving, clerk) {
    const migration = migrationOf(moving);
    const all = moving.size.records;
    const made = ({ created }: Books): boolean => created === all;
    const same = ({ unchanged }: Books): boolean => unchanged === all;
    const some = ({ updated }: Books): boolean => updated === changed(all);
    writeMigration(migration);
    clerk.cost("plan", await booked(migration, "plan", made));
    const run = await booked(migration, "run", made);
    clerk.cost("run", { ...run, ledgerMb: ledgerMb(migration) });
    clerk.cost("reconcile", await command(migration, "reconcile"));
    clerk.cost("plan again", await booked(migration, "plan", same));
    clerk.cost("run again", await booked(migration, "run", same));
    await changeSome(moving.source);
    clerk.cost("plan --delta", await booked(migration, "plan", some, "--delta"));
    clerk.cost("run the delta", await booked(migration, "run", some));
  },
};

/** Into Moodle, which keeps one completion of a course for each person. */
export const moodle: Program<Migration> = {
  name: "cutover",
  does: "plan, run and reconcile, into Moodle's five tables",
  async run(migration, clerk) {
    writeMigration(migration);
    const moved = ({ read, created, excluded }: Books): boolean => created > 0 && created + excluded === read;
    clerk.cost("plan", await booked(migration, "plan", moved));
    clerk.cost("run", await booked(migration, "run", moved));
    clerk.cost("reconcile", await command(migration, "reconcile"));
  },
};
