import { rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { toldBy } from "../kit/cutover.js";
import { command, Ends, isWell, loadedFindings, undoneFindings } from "../kit/ends.js";
import { Sources, type Migration } from "../kit/migration.js";
import { random } from "../kit/random.js";
import { smallDisk } from "../kit/small-disk.js";
import type { Trial, Tried, Variant } from "../variant.js";
import { clearEnd } from "./server-trouble.js";

const sources = new Sources();
const ends = new Ends(sources);

/** Room that is always enough, in kilobytes. */
const enough = 64 * 1024;

/** Puts the ledger's folder on a disk of its own. */
function moveLedger({ folder }: Migration, disk: string): void {
  rmSync(path.join(folder, ".cutover"), { recursive: true });
  symlinkSync(disk, path.join(folder, ".cutover"));
}

/** Gives a command with ever more room, from little, until it comes to its end: each end before has to be clear. */
async function withMoreRoom(
  name: string,
  migration: Migration,
  rooms: readonly number[],
  resize: (room: number) => void,
  { log }: Trial,
): Promise<readonly string[]> {
  const findings: string[] = [];
  for (const room of [...rooms, enough]) {
    resize(room);
    const said = await command(name, migration);
    log(`${name} with ${room} kB: ${said.status}: ${said.err.trim().split("\n").slice(-2).join(" / ")}`);
    if (isWell(said)) return findings;
    findings.push(...clearEnd(`${name} with ${room} kB`, said));
    if (room === enough) findings.push(toldBy(name, said));
  }
  return findings;
}

/** Lets the disk run full that the ledger, or a target in a file, is on; then there is room again. */
async function fullDisk(trial: Trial): Promise<Tried> {
  const { next } = random(trial.seed);
  const ofLedger = trial.seed % 2 === 0;
  const expected = await ends.of("sqlite", "sqlite");
  const disk = smallDisk(enough);
  try {
    const ground = ofLedger ? {} : { folder: disk.folder };
    const migration = await sources.migration("sqlite", "sqlite", { ground });
    if (ofLedger) moveLedger(migration, disk.folder);
    // The ledger of this work has a megabyte, and its journal; the target some hundred kilobytes.
    const [least, most] = ofLedger ? [20, 1_500] : [0, 250];
    const rooms = Array.from({ length: 3 }, () => Math.round(least + next() * (most - least))).toSorted(
      (a, b) => a - b,
    );
    const resize = (room: number): void => disk.leave(room);
    const findings = [
      ...(await withMoreRoom("run", migration, rooms, resize, trial)),
      ...(await loadedFindings(migration, expected)),
      ...(await withMoreRoom("undo", migration, [], resize, trial)),
      ...(await undoneFindings(migration, expected)),
    ];
    if (findings.length === 0) await migration.remove();
    else trial.log(`left to be looked at: ${migration.folder}`);
    const of = ofLedger ? "the ledger's disk" : "the target's disk";
    return { count: rooms.length, findings: findings.map((finding) => `${of}: ${finding}`) };
  } finally {
    disk.remove();
  }
}

export const full: Variant = {
  name: "full-disk",
  counts: "disks",
  limit: 300,
  run: fullDisk,
  close: () => sources.close(),
};
