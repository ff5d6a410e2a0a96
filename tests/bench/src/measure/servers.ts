import { readdirSync, readFileSync } from "node:fs";
import mysql from "mysql2/promise";
import pg from "pg";

/** Hundredths of a second, on every Linux. */
const ticksPerSecond = 100;

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** User and system time, with that of children that have ended. */
  readonly ticks: number;
}

function look(pid: number): Process | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name before may hold spaces and brackets.
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    return { pid, parent: fields[1]!, ticks: fields[11]! + fields[12]! + fields[13]! + fields[14]! };
  } catch {
    return null; // it has ended, or there are no such files
  }
}

const processes = (): readonly Process[] =>
  readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? (look(Number(name)) ?? []) : []));

async function postgresqlServer(url: string): Promise<number | null> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  const server = look(rows[0]!.pid)?.parent ?? null;
  await client.end();
  return server;
}

async function mariadbServer(url: string): Promise<number | null> {
  const connection = await mysql.createConnection(url);
  const [rows] = await connection.query<mysql.RowDataPacket[]>("SELECT @@pid_file AS file");
  await connection.end();
  try {
    return look(Number(readFileSync(String(rows[0]!["file"]), "utf8")))?.pid ?? null;
  } catch {
    return null; // it is on another machine, or not for us to read
  }
}

/**
 * What the servers behind these URLs have used since they were started, in seconds, all their processes
 * together: a function to ask again and again. Null where they are not on this machine.
 */
export async function watchServers(urls: readonly string[]): Promise<(() => number) | null> {
  const servers: number[] = [];
  for (const url of urls) {
    if (url.startsWith("sqlite:")) continue;
    const server = url.startsWith("postgres") ? await postgresqlServer(url) : await mariadbServer(url);
    if (server === null) return null;
    servers.push(server);
  }
  return () => {
    const own = processes().filter(({ pid, parent }) => servers.includes(pid) || servers.includes(parent));
    return own.reduce((all, { ticks }) => all + ticks, 0) / ticksPerSecond;
  };
}
