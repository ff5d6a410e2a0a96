import { engines, testDatabase, type TestDatabase } from "@cutover/testkit";
import { connect, type Session } from "@cutover/sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { disturb } from "./kit/trouble.js";

/** Enough rows that most of them are still with the server when the connection ends. */
const rows =
  "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 999) SELECT a.n AS a, b.n AS b, c.n AS c FROM n a, n b, n c";

describe.each(engines)("connections to %s that the server ends", (engine) => {
  let database: TestDatabase;
  let session: Session;
  const lost = { code: "connection-lost", recovery: "retry" };
  beforeAll(async () => {
    database = await testDatabase(engine);
  });
  afterAll(() => database.drop());
  const begin = async (): Promise<void> => {
    session = await connect(database.url, { folder: "/", role: "source" }).session();
    await session.begin("snapshot");
  };

  it("while rows wait to be taken: the reader is told", async () => {
    await begin();
    const cursor = await session.open(rows, 100);
    expect(await cursor.next()).toHaveLength(100);
    await disturb(database, "end");
    const readOn = async (): Promise<void> => {
      while ((await cursor.next()) !== null);
    };
    await expect(readOn()).rejects.toMatchObject(lost);
    await cursor.close().catch(() => undefined);
    await session.close();
  });

  it("while the first row is waited for: the reader is told", async () => {
    await begin();
    const wait = engine === "postgresql" ? "SELECT pg_sleep(60)" : "SELECT SLEEP(60)";
    const reading = session.open(wait, 10).then((cursor) => cursor.next());
    await Promise.all([expect(reading).rejects.toMatchObject(lost), disturb(database, "end")]);
    await session.close();
  });
});
