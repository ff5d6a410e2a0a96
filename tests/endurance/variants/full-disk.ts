import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { cutover, toldBy, type Said } from "../kit/cutover.js";
import { command, Ends, isWell, loadedFindings, undoneFindings } from "../kit/ends.js";
import { filesMigration } from "../kit/files.js";
import { Sources, type Migration } from "../kit/migration.js";
import { random } from "../kit/random.js";
import { smallDisk, type SmallDisk } from "../kit/small-disk.js";
import { differences } from "../kit/target-state.js";
import type { Trial, Tried, Variant } from "../variant.js";
import { clearEnd } from "./server-trouble.js";

const sources = new Sources();
const ends = new Ends(sources);
/** So many rows of an extract that they are staged on a thread of its own. */
const manySources = new Sources({ people: 300, results: 30_000 });
const manyEnds = new Ends(manySources);

/** Room that is always enough, in kilobytes. */
const enough = 64 * 1024;

/** Puts the ledger's folder on a disk of its own. */
function moveLedger({ folder }: Migration, disk: string): void {
  rmSync(path.join(folder, ".cutover"), { recursive: true });
  symlinkSync(disk, path.join(folder, ".cutover"));
}

interface Rooms {
  /** Kilobytes that it has one after the other, before it has enough. */
  readonly rooms: readonly number[];
  readonly disk: SmallDisk;
  readonly trial: Trial;
}

/** Gives a command with ever more room, from little, until it comes to its end: each end before has to be clear. */
async function withMoreRoom(
  name: string,
  give: () => Promise<Said>,
  { rooms, disk, trial: { log } }: Rooms,
): Promise<readonly string[]> {
  const findings: string[] = [];
  for (const room of [...rooms, enough]) {
    disk.leave(room);
    const said = await give();
    log(`${name} with ${room} kB: ${said.status}: ${said.err.trim().split("\n").slice(-2).join(" / ")}`);
    if (isWell(said)) {
      // What comes after it shall not want for room.
      disk.leave(enough);
      return findings;
    }
    findings.push(...clearEnd(`${name} with ${room} kB`, said));
    if (room === enough) findings.push(toldBy(name, said));
  }
  return findings;
}

const roomsBetween = (next: () => number, least: number, most: number): readonly number[] =>
  Array.from({ length: 3 }, () => Math.round(least + next() * (most - least))).toSorted((a, b) => a - b);

/** Lets the disk run full that the ledger, or a target in a file, is on; then there is room again. */
async function fullDisk(trial: Trial, many = false): Promise<Tried> {
  const { next } = random(trial.seed);
  const ofLedger = many || trial.seed % 2 === 0;
  const expected = await (many ? manyEnds : ends).of("sqlite", "sqlite");
  const disk = smallDisk(enough);
  try {
    const ground = ofLedger ? {} : { folder: disk.folder };
    const migration = await (many ? manySources : sources).migration("sqlite", "sqlite", { ground });
    if (ofLedger) moveLedger(migration, disk.folder);
    // The ledger of this work has a megabyte, and its journal; the target some hundred kilobytes.
    const rooms = roomsBetween(next, ofLedger ? 20 : 0, many ? 12_000 : ofLedger ? 1_500 : 250);
    const findings = [
      ...(await withMoreRoom("run", () => command("run", migration), { rooms, disk, trial })),
      ...(await loadedFindings(migration, expected)),
      ...(await withMoreRoom("undo", () => command("undo", migration), { rooms: [], disk, trial })),
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

/** Lets the disk run full that files are exported to; then there is room again. */
async function fullExport(trial: Trial): Promise<Tried> {
  const source = await sources.of("sqlite");
  const disk = smallDisk(enough);
  const undisturbed = filesMigration(source, path.join(disk.folder, "undisturbed"));
  const migration = filesMigration(source, path.join(disk.folder, "out"));
  try {
    const before = migration.lines();
    const said = await command("run", undisturbed);
    if (!isWell(said)) throw new Error(toldBy("run, undisturbed,", said));
    // The old files and the new ones are there at once.
    const rooms = [0, ...roomsBetween(random(trial.seed).next, 0, 20)];
    const findings = [
      ...(await withMoreRoom("run", () => command("run", migration), { rooms, disk, trial })),
      ...differences("the files", undisturbed.lines(), migration.lines()),
    ];
    const reconciled = await command("reconcile", migration);
    if (!isWell(reconciled)) findings.push(toldBy("reconcile", reconciled));
    const again = await command("run", migration);
    if (!isWell(again)) findings.push(toldBy("run, once more,", again));
    findings.push(...differences("the files, written again,", undisturbed.lines(), migration.lines()));
    const undo = (): Promise<Said> => command("undo", migration);
    // The run that changed nothing comes before the one that wrote.
    const last = await undo();
    if (!isWell(last)) findings.push(toldBy("undo of the last run", last));
    findings.push(
      ...(await withMoreRoom("undo", undo, { rooms: [0], disk, trial })),
      ...differences("the files after undo", before, migration.lines()),
    );
    if (findings.length > 0) trial.log(`left to be looked at: ${migration.folder}`);
    else migration.remove();
    return { count: rooms.length, findings };
  } finally {
    undisturbed.remove();
    disk.remove();
  }
}

/** Lets the disk run full that a report is written to; then there is room again. */
async function fullReport(trial: Trial): Promise<Tried> {
  const disk = smallDisk(enough);
  const migration = await sources.migration("sqlite", "sqlite");
  try {
    const said = await command("run", migration);
    if (!isWell(said)) throw new Error(toldBy("run", said));
    const pack = path.join(disk.folder, "pack");
    const report = (folder: string) => (): Promise<Said> =>
      cutover(["report", migration.folder, "--out", folder, "--json"]);
    const expected = path.join(migration.folder, "expected");
    await report(expected)();
    const rooms = [0, ...roomsBetween(random(trial.seed).next, 4, 250)];
    const findings = [...(await withMoreRoom("report", report(pack), { rooms, disk, trial }))];
    const [found, wanted] = [readdirSync(pack).join(), readdirSync(expected).join()];
    if (found !== wanted) findings.push(`the pack has ${found} instead of ${wanted}`);
    findings.push(...sumFindings(pack));
    await migration.remove();
    return { count: rooms.length, findings };
  } finally {
    disk.remove();
  }
}

/** What of a pack is not as its own list of digests says. */
const sumFindings = (pack: string): readonly string[] =>
  readFileSync(path.join(pack, "SHA256SUMS"), "utf8")
    .trim()
    .split("\n")
    .flatMap((line) => {
      const [digest, name] = line.split("  ") as [string, string];
      const found = createHash("sha256")
        .update(readFileSync(path.join(pack, name)))
        .digest("hex");
      return found === digest ? [] : [`${name} is not what SHA256SUMS says`];
    });

const close = (): Promise<void> => sources.close();

export const full: Variant = {
  name: "full-disk",
  counts: "disks",
  limit: 300,
  run: (trial) => fullDisk(trial),
  close,
};
export const fullThreadsDisk: Variant = {
  name: "full-disk-threads",
  counts: "disks",
  limit: 300,
  run: (trial) => fullDisk(trial, true),
  close: () => manySources.close(),
};
export const fullExportDisk: Variant = {
  name: "full-disk-export",
  counts: "disks",
  limit: 300,
  run: fullExport,
  close,
};
export const fullReportDisk: Variant = {
  name: "full-disk-report",
  counts: "disks",
  limit: 300,
  run: fullReport,
  close,
};
