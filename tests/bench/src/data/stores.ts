import { testDatabase, type TestDatabase } from "@cutover/testkit";
import { fill } from "./fill.js";
import { courseRows, learnerRows, personRows, recordRows, trainingRows, type Size } from "./rows.js";
import { createTable, numberChanges, source, target, type AnyEngine, type Table } from "./tables.js";

/** A database of the source, filled. */
export async function makeSource(engine: AnyEngine, size: Size): Promise<TestDatabase> {
  const database = await testDatabase(engine);
  await create(database, Object.values(source));
  await fill[engine](database.url, source.person, personRows(size.people));
  await fill[engine](database.url, source.training, trainingRows(size.courses));
  await fill[engine](database.url, source.record, recordRows(size));
  await database.run(...numberChanges);
  return database;
}

/** A database of the target: it has the people and the courses, and no results yet. */
export async function makeTarget(engine: AnyEngine, size: Size): Promise<TestDatabase> {
  const database = await testDatabase(engine);
  await create(database, Object.values(target));
  await fill[engine](database.url, target.learner, learnerRows(size.people));
  await fill[engine](database.url, target.course, courseRows(size.courses));
  return database;
}

const create = (database: TestDatabase, tables: readonly Table[]): Promise<void> =>
  database.run(...tables.map((table) => createTable(database.engine, table)));
