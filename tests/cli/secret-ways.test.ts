import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { testDatabase, type TestDatabase } from "@cutover/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cutover } from "./support/cutover.js";
import { tellingFiles, tells } from "./support/leaks.js";
import { makeSmall, migrationYaml, tables, type Small } from "./support/small.js";
import { tellingServer, type TellingServer } from "./support/telling-server.js";

/** In no other place of the world; with what has a meaning in URLs, YAML, shells and JSON. */
const secret = 'Rumpel5tilz/?#:@&="\\ü';

/** Where a connection gets its password from, and what else has to be there for it. */
interface Way {
  readonly connection: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

const waysOf = (url: URL): Readonly<Record<string, Way>> => {
  const bare = url.href;
  const full = new URL(bare);
  full.password = encodeURIComponent(secret);
  return {
    urlEnv: { connection: "{ urlEnv: TARGET_URL }", env: { TARGET_URL: full.href } },
    urlFile: { connection: "{ urlFile: target.url }", files: { "target.url": `${full.href}\n` } },
    passwordEnv: {
      connection: `{ url: "${bare}", passwordEnv: TARGET_PASSWORD }`,
      env: { TARGET_PASSWORD: secret },
    },
    passwordFile: {
      connection: `{ url: "${bare}", passwordFile: target.password }`,
      files: { "target.password": `${secret}\n` },
    },
  };
};

/** What nobody waited for, thrown with the secret in its message and in lines that look like places. */
const bomb = `data:text/javascript,${encodeURIComponent(
  "const s = process.env.BOMB; setTimeout(() => { throw new TypeError(s + '\\n    at ' + s); }, 250);",
)}`;

interface Told {
  readonly command: string;
  readonly text: string;
}

/** All commands of a migration, each told what it says; by turns to people and to machines. */
async function wholeWay(small: Small, env: Record<string, string>, json: boolean): Promise<readonly Told[]> {
  const told: Told[] = [];
  const go = async (status: number, command: string, ...args: readonly string[]): Promise<string> => {
    const more = json ? ["--json"] : [];
    const said = await cutover([command, small.folder, ...args, ...more], { env });
    expect(said.status, `${command}: ${said.err}`).toBe(status);
    told.push({ command, text: said.out + said.err });
    return said.out;
  };
  await go(0, "check");
  await go(0, "profile");
  const planned = await go(0, "plan");
  const digest =
    /\b[0-9a-f]{64}\b/.exec(planned)?.[0] ??
    (small.ledger("SELECT digest FROM plan")[0]!["digest"] as string);
  await go(0, "approve", "--plan", digest, "--by", "Eva");
  await go(0, "run");
  await go(0, "reconcile");
  await go(0, "report");
  await go(0, "flags");
  const broken = await cutover(["plan", small.folder, ...(json ? ["--json"] : [])], {
    env: { ...env, BOMB: secret, NODE_OPTIONS: `--import=${bomb}` },
  });
  told.push({ command: "internal error", text: broken.out + broken.err });
  await go(0, "undo");
  return told;
}

describe.each([
  ["postgresql", ["passwordFile", "urlEnv"]],
  ["mariadb", ["urlFile", "passwordEnv"]],
] as const)("a password for %s", (engine, names) => {
  let database: TestDatabase;
  let url: URL;
  const keys = { postgresql: "BIGSERIAL PRIMARY KEY", mariadb: "BIGINT PRIMARY KEY AUTO_INCREMENT" };

  beforeAll(async () => {
    database = await testDatabase(engine);
    await database.run(...tables(keys[engine]));
    url = new URL(database.url);
    const user = `teller_${url.pathname.slice(1)}`.slice(0, 30);
    const literal = `'${secret.replaceAll("'", "''")}'`;
    await database.run(
      ...(engine === "postgresql"
        ? [`CREATE ROLE ${user} LOGIN SUPERUSER PASSWORD ${literal}`]
        : [`CREATE USER ${user} IDENTIFIED BY ${literal}`, `GRANT ALL ON *.* TO ${user}`]),
    );
    url.username = user;
    url.password = "";
  });
  afterAll(async () => {
    await database.run(`DROP ${engine === "postgresql" ? "OWNED BY" : "USER"} ${url.username}`);
    if (engine === "postgresql") await database.run(`DROP ROLE ${url.username}`);
    await database.drop();
  });

  it.each(names)(
    "given by %s is nowhere but where it was given",
    async (name) => {
      const way = waysOf(url)[name]!;
      const small = makeSmall({ people: 5, connection: way.connection, url: database.url });
      try {
        for (const [file, text] of Object.entries(way.files ?? {})) small.file(file, text);
        const temporary = path.join(small.folder, "temporary");
        mkdirSync(temporary);
        const told = await wholeWay(small, { ...way.env, TMPDIR: temporary }, name.endsWith("Env"));
        expect(told.filter(({ text }) => tells(text, secret)).map(({ command }) => command)).toEqual([]);
        expect(told.find(({ command }) => command === "internal error")!.text).not.toContain("Rumpel");
        expect(tellingFiles(small.folder, secret, Object.keys(way.files ?? {}))).toEqual([]);
        expect(readdirSync(temporary)).toEqual([]);
      } finally {
        small.remove();
      }
    },
    180_000,
  );
});

describe("a server that repeats what it was told", () => {
  let server: TellingServer;
  beforeAll(async () => {
    server = await tellingServer();
  });
  afterAll(() => server.close());

  it.each(["urlEnv", "urlFile", "passwordEnv", "passwordFile", "PGPASSWORD"])(
    "is not repeated: %s",
    async (name) => {
      const url = new URL(`postgres://me@127.0.0.1:${server.port}/db`);
      const way =
        name === "PGPASSWORD"
          ? { connection: `{ url: "${url.href}" }`, env: { PGPASSWORD: secret } }
          : waysOf(url)[name]!;
      const small = makeSmall({ people: 2, connection: way.connection });
      try {
        for (const [file, text] of Object.entries(way.files ?? {})) small.file(file, text);
        const said = await cutover(["plan", small.folder, "--json"], { env: way.env ?? {} });
        expect(said.status, said.err).toBe(3);
        expect(said.err).toContain("target-unreachable");
        expect(said.out + said.err).not.toContain("Rumpel");
        expect(tells(said.out + said.err, secret)).toBe(false);
        expect(server.passwords.at(-1)).toBe(secret);
        expect(tellingFiles(small.folder, secret, Object.keys(way.files ?? {}))).toEqual([]);
      } finally {
        small.remove();
      }
    },
  );
});

describe("a secret in the wrong place", () => {
  // It is never repeated: what is told goes to terminals, logs and screenshots.
  it.each([
    `{ urlEnv: "postgres://me:Rumpel5tilz@h/db" }`,
    `{ urlFile: "postgres://me:Rumpel5tilz@h/db" }`,
    `{ url: "postgres://me@h/db", passwordEnv: Rumpel5tilz }`,
    `{ url: "postgres://me@h/db", passwordFile: Rumpel5tilz }`,
    `{ url: "postgres://me:Rumpel5tilz@h/db" }`,
    `{ url: "postgres://me:Rumpel/5tilz@h/db" }`,
    `{ url: "postgres://h/db?password=Rumpel5tilz" }`,
    `{ url: "postgres://h/db?Rumpel5tilz" }`,
    `{ url: "Rumpel5tilz://h/db" }`,
    `{ url: "postgres://me@h/db", password: Rumpel5tilz }`,
    `{ url: "postgres://me@h/db", passwordEnv: [Rumpel5tilz] }`,
    `{ url: "postgres://me@h:Rumpel5tilz/db" }`,
    `{ url: "postgres://me@h/db", password: "Rumpel5tilz }`,
    `{ url: "postgres://me@h/db", password: *Rumpel5tilz }`,
    `{ url: "postgres://me@h/db", password: !Rumpel5tilz x }`,
  ])("%s", async (connection) => {
    const small = makeSmall({ people: 1 });
    try {
      small.file("migration.yaml", migrationYaml(connection));
      // Machines are told on stdout, people on stderr.
      const planned = await cutover(["plan", small.folder, "--json"]);
      expect(planned.status).toBe(2);
      // `check` goes on where a variable is not set.
      const checked = connection.includes("Env") ? [await cutover(["check", small.folder])] : [];
      for (const { out, err } of [planned, ...checked]) expect(out + err).not.toContain("Rumpel");
      expect(tellingFiles(small.folder, "Rumpel5tilz", ["migration.yaml"])).toEqual([]);
    } finally {
      small.remove();
    }
  });
});
