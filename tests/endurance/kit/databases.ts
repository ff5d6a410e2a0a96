import { databaseEngines, testDatabase, type Ground, type TestDatabase } from "@cutover/testkit";
import Sqlite from "better-sqlite3";
import mysql from "mysql2/promise";
import pg from "pg";

export type Engine = TestDatabase["engine"];

export const engines: readonly Engine[] = databaseEngines;

const ids: Readonly<Record<Engine, string>> = {
  sqlite: "INTEGER PRIMARY KEY AUTOINCREMENT",
  postgresql: "BIGSERIAL PRIMARY KEY",
  mariadb: "BIGINT AUTO_INCREMENT PRIMARY KEY",
};

const school = [
  "CREATE TABLE unit (id BIGINT PRIMARY KEY, code VARCHAR(20), name VARCHAR(100), parent BIGINT)",
  `CREATE TABLE person (id BIGINT PRIMARY KEY, number VARCHAR(20), login VARCHAR(50), mail VARCHAR(100), given VARCHAR(50),
     family VARCHAR(50), state VARCHAR(10), unit BIGINT, boss BIGINT, extra TEXT)`,
  "CREATE TABLE lesson (id BIGINT PRIMARY KEY, code VARCHAR(20), title VARCHAR(200), subject VARCHAR(100), state VARCHAR(10))",
  "CREATE TABLE result (id BIGINT PRIMARY KEY, person BIGINT, lesson BIGINT, state VARCHAR(10), finished VARCHAR(30), score NUMERIC(10,5))",
];

/** The target's tables, with keys and limits of its own, as a real one has. */
const academy = (engine: Engine): readonly string[] => {
  const id = ids[engine];
  return [
    `CREATE TABLE org (id ${id}, code VARCHAR(20), name VARCHAR(100) NOT NULL, parent BIGINT, FOREIGN KEY (parent) REFERENCES org (id))`,
    `CREATE TABLE person (id ${id}, number VARCHAR(20), login VARCHAR(30) NOT NULL UNIQUE, mail VARCHAR(100),
       given VARCHAR(20), family VARCHAR(50), state VARCHAR(10) NOT NULL DEFAULT 'on', job VARCHAR(50), org BIGINT,
       boss BIGINT, seen BIGINT NOT NULL DEFAULT 0, CHECK (given <> 'Forbidden'),
       FOREIGN KEY (org) REFERENCES org (id), FOREIGN KEY (boss) REFERENCES person (id))`,
    `CREATE TABLE field (id ${id}, name VARCHAR(50) NOT NULL UNIQUE)`,
    `CREATE TABLE profile (id ${id}, person BIGINT NOT NULL, field BIGINT NOT NULL, value TEXT NOT NULL, UNIQUE (person, field),
       FOREIGN KEY (person) REFERENCES person (id), FOREIGN KEY (field) REFERENCES field (id))`,
    `CREATE TABLE category (id ${id}, name VARCHAR(50) NOT NULL)`,
    `CREATE TABLE course (id ${id}, code VARCHAR(20), title VARCHAR(100) NOT NULL, category BIGINT, "open" BIGINT NOT NULL)`,
    `CREATE TABLE result (id ${id}, person BIGINT NOT NULL, course BIGINT NOT NULL, passed BIGINT NOT NULL, finished BIGINT,
       score DECIMAL(10,5), UNIQUE (person, course), FOREIGN KEY (person) REFERENCES person (id),
       FOREIGN KEY (course) REFERENCES course (id))`,
  ];
};

/** A new database with a source's tables. */
export async function schoolDatabase(engine: Engine, ground?: Ground): Promise<TestDatabase> {
  const database = await testDatabase(engine, ground);
  await database.run(...school);
  return database;
}

/** A new database with a target's tables. */
export async function academyDatabase(engine: Engine, ground?: Ground): Promise<TestDatabase> {
  const database = await testDatabase(engine, ground);
  await database.run(...academy(engine));
  return database;
}

export type Row = Readonly<Record<string, unknown>>;

const sqlitePath = (url: string): string => url.replace(/^sqlite:/, "");

/** Asks a database past our own code; each question in the same state of it. */
export async function ask(
  { engine, url }: Pick<TestDatabase, "engine" | "url">,
  queries: readonly string[],
): Promise<readonly (readonly Row[])[]> {
  if (engine === "sqlite") {
    const db = new Sqlite(sqlitePath(url), { readonly: true });
    try {
      return db.transaction(() => queries.map((sql) => db.prepare(sql).all() as Row[]))();
    } finally {
      db.close();
    }
  }
  const answers: (readonly Row[])[] = [];
  if (engine === "postgresql") {
    const client = new pg.Client(url);
    client.on("error", () => undefined);
    await client.connect();
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    for (const sql of queries) answers.push((await client.query<Row>(sql)).rows);
    await client.end();
    return answers;
  }
  const connection = await mysql.createConnection({ uri: url, dateStrings: true });
  await connection.query("SET sql_mode = 'ANSI_QUOTES'");
  await connection.query("START TRANSACTION WITH CONSISTENT SNAPSHOT");
  for (const sql of queries) answers.push((await connection.query(sql))[0] as Row[]);
  await connection.end();
  return answers;
}
