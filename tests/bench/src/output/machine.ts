import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import { engines, serverUrl, type Engine } from "@cutover/testkit";
import mysql from "mysql2/promise";
import pg from "pg";
import Sqlite from "better-sqlite3";
import { findProgram } from "../measure/find-program.js";

const root = new URL("../../../../", import.meta.url);

/** What the figures were measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMb: number;
  readonly system: string;
  /** How busy the machine was with all else, at the beginning and at the end. */
  readonly load: { readonly before: number; readonly after: number };
  readonly versions: Readonly<Record<string, string>>;
}

async function versionOf(engine: Engine): Promise<string> {
  const url = await serverUrl(engine);
  if (engine === "postgresql") {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>("SHOW server_version");
    await client.end();
    return rows[0]!.server_version;
  }
  const connection = await mysql.createConnection(url);
  const [rows] = await connection.query<mysql.RowDataPacket[]>("SELECT VERSION() AS version");
  await connection.end();
  return String(rows[0]!["version"]);
}

function sqliteVersion(): string {
  const db = new Sqlite(":memory:");
  const version = db.prepare("SELECT sqlite_version()").pluck().get() as string;
  db.close();
  return version;
}

const require = createRequire(import.meta.url);
const libraryVersion = (name: string): string => {
  const file = require.resolve(name);
  const folder = file.slice(0, file.lastIndexOf(`/node_modules/${name}/`) + `/node_modules/${name}/`.length);
  return (JSON.parse(readFileSync(`${folder}package.json`, "utf8")) as { version: string }).version;
};

function said(program: string, ...args: string[]): string | null {
  if (findProgram(program) === null) return null;
  return execFileSync(program, args, { encoding: "utf8", cwd: root }).split("\n")[0]!.trim();
}

/** The machine and the versions of all that took part; servers only of engines that were used. */
export async function describeMachine(contests: readonly string[], before: number): Promise<Machine> {
  const used = engines.filter((engine) => contests.some((name) => name.split("-").includes(engine)));
  const versions: Record<string, string> = { node: process.versions.node, SQLite: sqliteVersion() };
  for (const engine of used) versions[engine] = await versionOf(engine);
  for (const name of ["knex", "csv-parse"]) versions[name] = libraryVersion(name);
  const pgloader = said("pgloader", "--version")?.replace(/^pgloader version "(.*)"$/, "$1");
  if (pgloader !== undefined) versions["pgloader"] = pgloader;
  const commit = said("git", "rev-parse", "--short", "HEAD");
  if (commit !== null) versions["cutover"] = commit;
  return {
    cpu: os.cpus()[0]?.model ?? "unknown",
    cores: os.availableParallelism(),
    memoryMb: Math.round(os.totalmem() / 1024 / 1024),
    system: `${os.type()} ${os.release()}`,
    load: { before, after: os.loadavg()[0]! },
    versions,
  };
}
