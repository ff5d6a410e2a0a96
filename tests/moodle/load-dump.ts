import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import mysql from "mysql2/promise";
import { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { readDump, type DumpName } from "./samples.js";

/** Fills an empty database with a dump, by the driver: no client program is needed. */
export async function loadDump(url: string, name: DumpName): Promise<void> {
  if (name.endsWith("mariadb")) await loadMariadb(url, readDump(name));
  else await loadPostgresql(url, readDump(name));
}

async function loadMariadb(url: string, dump: string): Promise<void> {
  const connection = await mysql.createConnection({ uri: url, multipleStatements: true, charset: "utf8mb4" });
  try {
    await connection.query("SET SESSION innodb_strict_mode = OFF");
    await connection.query(dump);
  } finally {
    await connection.end();
  }
}

async function loadPostgresql(url: string, dump: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    // What is not there on the test server: the role that owned the tables.
    const text = dump.replaceAll(/^\\(un)?restrict .*$/gm, "").replaceAll(/^ALTER .* OWNER TO .*;$/gm, "");
    for (const part of text.split(/^(?=COPY )/m)) {
      const copy = /^COPY [^\n]* FROM stdin;\n([^]*?)^\\\.\n/m.exec(part);
      if (copy === null) {
        await client.query(part);
        continue;
      }
      const [whole, rows = ""] = copy;
      const statement = whole.slice(0, whole.indexOf(";"));
      await pipeline(Readable.from([Buffer.from(rows)]), client.query(copyFrom(statement)));
      const rest = part.slice(whole.length).trim();
      if (rest !== "") await client.query(rest);
    }
  } finally {
    await client.end();
  }
}
