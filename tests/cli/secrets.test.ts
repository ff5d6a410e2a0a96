import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { engines, testDatabase, type TestDatabase } from "@cutover/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutover, json, type Failure } from "./support/cutover.js";
import { hash, makeSmall, tables, type Small } from "./support/small.js";

/** In no other place of the world. */
const password = "Geheim-7f3a9c";
const keys = { postgresql: "BIGSERIAL PRIMARY KEY", mariadb: "BIGINT PRIMARY KEY AUTO_INCREMENT" };

/** Files below a folder that hold a text, as it is or as UTF-16. */
const holding = (folder: string, text: string, but: readonly string[] = []): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(path.join(folder, name)).isFile() && !but.includes(name))
    .filter((name) => {
      const bytes = readFileSync(path.join(folder, name));
      return bytes.includes(text) || bytes.includes(Buffer.from(text, "utf16le"));
    });

describe.each(engines)("a target in %s", (engine) => {
  let database: TestDatabase;
  let small: Small;
  let env: Record<string, string>;
  let url: URL;
  const said: string[] = [];

  /** Keeps what a command tells people, or machines, or both. */
  const go = async (
    args: readonly string[],
    status: number,
    ways: readonly (readonly string[])[] = [[]],
  ): Promise<void> => {
    for (const more of ways) {
      const result = await cutover([args[0]!, small.folder, ...args.slice(1), ...more], { env });
      expect(result.status, result.err).toBe(status);
      said.push(result.out, result.err);
    }
  };

  beforeAll(async () => {
    database = await testDatabase(engine);
    await database.run(...tables(keys[engine]));
    url = new URL(database.url);
    const user = `mover_${url.pathname.slice(1)}`.slice(0, 30);
    await database.run(
      ...(engine === "postgresql"
        ? [`CREATE ROLE ${user} LOGIN SUPERUSER PASSWORD '${password}'`]
        : [`CREATE USER ${user} IDENTIFIED BY '${password}'`, `GRANT ALL ON *.* TO ${user}`]),
    );
    url.username = user;
    url.password = "";
    small = makeSmall({
      connection: `{ url: "${url.href}", passwordEnv: TARGET_PASSWORD }`,
      url: database.url,
    });
    env = { TARGET_PASSWORD: password };
  });
  afterAll(async () => {
    await database.run(`DROP ${engine === "postgresql" ? "OWNED BY" : "USER"} ${url.username}`);
    if (engine === "postgresql") await database.run(`DROP ROLE ${url.username}`);
    small.remove();
    await database.drop();
  });

  it("is loaded, read back, reported and undone", async () => {
    for (const command of ["check", "preview", "plan"]) await go([command], 0, [[], ["--json"]]);
    for (const command of ["run", "reconcile", "report", "flags"]) await go([command], 0);
    expect(await small.rows("person")).toHaveLength(40);
    const undone = await json<{ deleted: number }>(["undo", small.folder], 0, { env });
    expect(undone.deleted).toBe(44);
    expect(await small.rows("person")).toEqual([]);
  });

  it("that refuses the password ends with 3, and does not say it", async () => {
    // PostgreSQL trusts everybody here, but nobody it does not know.
    const wrong = new URL(url);
    if (engine === "postgresql") wrong.username = "nobody_knows";
    wrong.password = `wrong-${password}`;
    small.file("target.url", wrong.href);
    small.file(
      "migration.yaml",
      readFileSync(path.join(small.folder, "migration.yaml"), "utf8").replace(
        /connection: \{ url.*/,
        "connection: { urlFile: target.url }",
      ),
    );
    const { error } = await json<Failure>(["plan", small.folder], 3);
    expect(error.code).toBe("target-unreachable");
    said.push(JSON.stringify(error));
    const checked = await cutover(["check", small.folder]);
    expect(checked.out).toContain("target: not checked: ");
    said.push(checked.out, checked.err);
  });

  it("keeps its password out of everything", () => {
    expect(said.length).toBeGreaterThan(15);
    expect(said.filter((text) => text.includes(password))).toEqual([]);
    expect(holding(small.folder, password, ["target.url"])).toEqual([]);
  });

  it("keeps people's credentials out of what is shown and reported", () => {
    expect(said.filter((text) => text.includes(hash))).toEqual([]);
    expect(holding(path.join(small.folder, "reports"), hash)).toEqual([]);
  });
});

it("a server that is not there is out of reach: 3, without its URL", async () => {
  const small = makeSmall({ connection: "{ urlEnv: TARGET }" });
  const env = { TARGET: `postgres://me:${password}@127.0.0.1:1/db` };
  const { status, out, err } = await cutover(["plan", small.folder], { env });
  expect([status, out]).toEqual([3, ""]);
  expect(err).toMatch(/^target-unreachable: target: [^]*migration.yaml, line 8/);
  expect(err).not.toContain(password);
  // A variable that is not set is a matter of configuration.
  const { error } = await json<Failure>(["plan", small.folder], 2);
  expect(error.problems).toMatchObject([
    { message: "the environment variable TARGET of `urlEnv` is not set", at: { line: 8, column: 3 } },
  ]);
  small.remove();
});

it("a URL that is none is not repeated", async () => {
  const small = makeSmall({ connection: "{ urlEnv: TARGET }" });
  for (const url of [
    `postgres//me:${password}@h/db`,
    `postgres://me:${password}@h:port/db`,
    `postgres://me@h/db?password=${password}`,
    password,
  ]) {
    const { status, out, err } = await cutover(["plan", small.folder, "--json"], { env: { TARGET: url } });
    expect(status).toBe(2);
    expect(out + err).not.toContain(password);
  }
  small.remove();
});
