import Database from "better-sqlite3";

/** The source's tables, as test/systems/school reads them. */
const school = `
CREATE TABLE unit (id INTEGER PRIMARY KEY, code TEXT, name TEXT, parent INTEGER);
CREATE TABLE person (id INTEGER PRIMARY KEY, number TEXT, login TEXT, mail TEXT, given TEXT, family TEXT, state TEXT DEFAULT 'on', unit INTEGER, boss INTEGER, extra TEXT, touched INTEGER DEFAULT 0);
CREATE TABLE lesson (id INTEGER PRIMARY KEY, code TEXT, title TEXT, subject TEXT, state TEXT DEFAULT 'open');
CREATE TABLE result (id INTEGER PRIMARY KEY, person INTEGER, lesson INTEGER, state TEXT DEFAULT 'done', finished TEXT, score NUMERIC, touched INTEGER DEFAULT 0);
CREATE TABLE staff (number TEXT PRIMARY KEY, mail TEXT, given TEXT, family TEXT, title TEXT);
`;

/** The target's tables: with keys and limits of its own, as a real one has. */
const academy = `
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT);
INSERT INTO setting VALUES ('mail', 'off');
CREATE TABLE org (id INTEGER PRIMARY KEY AUTOINCREMENT, code VARCHAR(20), name VARCHAR(100) NOT NULL, parent BIGINT);
CREATE TABLE person (id INTEGER PRIMARY KEY AUTOINCREMENT, number VARCHAR(20), login VARCHAR(30) NOT NULL UNIQUE,
  mail VARCHAR(100), given VARCHAR(20) CHECK (given <> 'Forbidden'), family VARCHAR(50), state VARCHAR(10) NOT NULL DEFAULT 'on',
  job VARCHAR(50), org BIGINT, boss BIGINT, seen BIGINT NOT NULL DEFAULT 0);
CREATE TABLE field (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(50) NOT NULL UNIQUE);
CREATE TABLE profile (id INTEGER PRIMARY KEY AUTOINCREMENT, person BIGINT NOT NULL, field BIGINT NOT NULL, value TEXT NOT NULL, UNIQUE (person, field));
CREATE TABLE category (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(50) NOT NULL);
CREATE TABLE course (id INTEGER PRIMARY KEY AUTOINCREMENT, code VARCHAR(20), title VARCHAR(100) NOT NULL, category BIGINT, open BIGINT NOT NULL);
CREATE TABLE result (id INTEGER PRIMARY KEY AUTOINCREMENT, person BIGINT NOT NULL, course BIGINT NOT NULL, passed BIGINT NOT NULL,
  finished BIGINT, score DECIMAL(10,5), UNIQUE (person, course));
`;

/** What most tests migrate: a few of everything, with what makes a migration interesting. */
const fewOfEverything = `
INSERT INTO unit (id, code, name, parent) VALUES (1, 'HQ', 'Head office', NULL), (2, 'R', 'Research', 3), (3, 'D', 'Development', 1);
INSERT INTO person (id, number, login, mail, given, family, state, unit, boss, extra) VALUES
  (1, 'E1', 'Anna', 'anna@x.example', 'Anna', 'Arc', 'on', 2, 3, '{"Shoe size":"38","Car":"blue"}'),
  (2, 'E2', 'bob', 'bob@x.example', 'Bob', 'Bon', 'off', 3, 3, '{"Car":"red"}'),
  (3, 'E3', 'cleo', NULL, 'Cleo', 'Cas', 'on', 1, NULL, NULL),
  (4, NULL, 'guest', NULL, 'Guest', NULL, 'on', NULL, NULL, NULL),
  (5, 'E5', 'dora', NULL, 'Dora', 'Dim', 'gone', NULL, NULL, NULL);
INSERT INTO lesson (id, code, title, subject, state) VALUES
  (1, 'FIRE', 'Fire safety', 'Safety/Fire', 'open'), (2, 'AID', 'First aid', 'Safety/Aid', 'closed'), (3, 'SQL', 'SQL', NULL, 'open');
INSERT INTO result (id, person, lesson, state, finished, score) VALUES
  (1, 1, 1, 'done', '2023-05-01T10:00:00Z', 87.5), (2, 1, 1, 'failed', '2023-04-01T10:00:00Z', 12),
  (3, 2, 1, 'done', '2024-02-29T22:05:00Z', 90), (4, 2, 2, 'failed', '2024-03-01T08:00:00Z', 30.25),
  (5, 3, 3, 'begun', NULL, NULL);
`;

function make(path: string, ...scripts: readonly string[]): void {
  const db = new Database(path);
  db.pragma("journal_mode = WAL"); // tests write beside readers
  for (const script of scripts) db.exec(script);
  db.close();
}

export const makeSchool = (path: string, rows = fewOfEverything): void => make(path, school, rows);

export const makeAcademy = (path: string, rows = ""): void => make(path, academy, rows);

export const academyTables = ["org", "person", "field", "profile", "category", "course", "result"] as const;
