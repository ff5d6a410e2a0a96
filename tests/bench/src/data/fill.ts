import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import Sqlite from "better-sqlite3";
import mysql from "mysql2/promise";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import type { Row } from "./rows.js";
import type { AnyEngine, Table } from "./tables.js";

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };
const field = (value: Row[number]): string =>
  value === null
    ? "\\N"
    : typeof value === "number"
      ? String(value)
      : value.replace(/[\\\t\n\r]/g, (c) => escapes[c]!);

/** Rows as COPY and LOAD DATA read them by default, a thousand to a chunk. */
function* lines(rows: Iterable<Row>): Generator<Buffer> {
  let text = "";
  let held = 0;
  for (const row of rows) {
    text += `${row.map(field).join("\t")}\n`;
    if (++held < 1000) continue;
    yield Buffer.from(text);
    text = "";
    held = 0;
  }
  if (held > 0) yield Buffer.from(text);
}

async function fillPostgresql(url: string, table: Table, rows: Iterable<Row>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await pipeline(Readable.from(lines(rows)), client.query(copyFrom(`COPY "${table.name}" FROM STDIN`)));
    await client.query(`ANALYZE "${table.name}"`);
  } finally {
    await client.end();
  }
}

async function fillMariadb(url: string, table: Table, rows: Iterable<Row>): Promise<void> {
  const connection = await mysql.createConnection({
    uri: url,
    charset: "utf8mb4",
    infileStreamFactory: () => Readable.from(lines(rows)),
  });
  try {
    await connection.query(
      `LOAD DATA LOCAL INFILE 'rows' INTO TABLE \`${table.name}\` CHARACTER SET utf8mb4`,
    );
    await connection.query(`ANALYZE TABLE \`${table.name}\``);
  } finally {
    await connection.end();
  }
}

function fillSqlite(url: string, table: Table, rows: Iterable<Row>): Promise<void> {
  const db = new Sqlite(url.slice("sqlite:".length));
  try {
    const places = Object.keys(table.columns).map(() => "?");
    const insert = db.prepare(`INSERT INTO "${table.name}" VALUES (${places.join(", ")})`);
    db.transaction(() => {
      for (const row of rows) insert.run(...row);
    })();
  } finally {
    db.close();
  }
  return Promise.resolve();
}

/** Fills an empty table by each engine's own fast path. */
export const fill: Readonly<
  Record<AnyEngine, (url: string, table: Table, rows: Iterable<Row>) => Promise<void>>
> = {
  sqlite: fillSqlite,
  postgresql: fillPostgresql,
  mariadb: fillMariadb,
};
