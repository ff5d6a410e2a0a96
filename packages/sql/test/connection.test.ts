import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CutoverError } from "@cutover/model";
import { describe, expect, test } from "vitest";
import { connect, holdsPassword, resolveConnection } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "cutover-connection-"));
const resolve = (connection: Record<string, unknown>, env: NodeJS.ProcessEnv = {}) =>
  resolveConnection(connection, folder, env);

/** What a connection is refused with. */
function refusal(connection: Record<string, unknown>, env: NodeJS.ProcessEnv = {}): CutoverError {
  try {
    resolve(connection, env);
  } catch (error) {
    if (error instanceof CutoverError && error.code === "connection-invalid") {
      if (!JSON.stringify([error, String(error)]).includes("hunter2")) return error;
      throw new Error("the refusal tells the password", { cause: error });
    }
    throw error;
  }
  throw new Error("was not refused");
}

const tls = (url: string): unknown => (resolve({ url }) as { tls?: string }).tls;

describe("a connection", () => {
  test("is a file, found from the migration folder", () => {
    expect(resolve({ url: "sqlite:data/lms.db" })).toMatchObject({
      engine: "sqlite",
      path: join(folder, "data/lms.db"),
    });
    expect(resolve({ url: "sqlite:///srv/lms.db" })).toMatchObject({ path: "/srv/lms.db" });
    expect(resolve({ url: "sqlite:/srv/lms.db" })).toMatchObject({ path: "/srv/lms.db" });
  });

  test("is a server's URL, whose password is never shown", () => {
    const address = resolve({ url: "postgresql://me:hunter2%2F@db.example.org:6000/lms?schema=moodle" });
    expect(address).toMatchObject({
      engine: "postgresql",
      host: "db.example.org",
      port: 6000,
      user: "me",
      password: "hunter2/",
      database: "lms",
      schema: "moodle",
      shown: "postgresql://db.example.org:6000/lms",
    });
    expect(resolve({ url: "mariadb://me@localhost/lms" })).toMatchObject({ engine: "mysql", port: 3306 });
  });

  test("is encrypted off this machine unless it says otherwise", () => {
    expect(tls("postgres://db.example.org/lms")).toBe("verify");
    expect(tls("mysql://lms-db/lms")).toBe("verify");
    expect(tls("mysql://127.0.0.1/lms")).toBe("off");
    expect(tls("postgres://localhost/lms")).toBe("off");
    expect(tls("postgres://[::1]/lms")).toBe("off");
    expect(tls("postgres://localhost.example.org/lms")).toBe("verify");
    expect(tls("postgres://me@/lms?host=/run/postgresql")).toBe("off");
    expect(tls("postgres://localhost/lms?tls=verify")).toBe("verify");
    expect(tls("postgres://db.example.org/lms?sslmode=require")).toBe("encrypt");
    expect(tls("mysql://db.example.org/lms?ssl-mode=DISABLED")).toBe("off");
  });

  test("comes from the environment or a file, and so does a password alone", () => {
    writeFileSync(join(folder, "url.txt"), "mysql://me:hunter2@localhost/lms\n");
    writeFileSync(join(folder, "password.txt"), "hunter2\n");
    expect(resolve({ urlFile: "url.txt" })).toMatchObject({ password: "hunter2", database: "lms" });
    expect(resolve({ urlEnv: "LMS" }, { LMS: "sqlite:x.db" })).toMatchObject({ engine: "sqlite" });
    const url = "postgres://me@localhost/lms";
    expect(resolve({ url, passwordEnv: "PW" }, { PW: "hunter2" })).toMatchObject({ password: "hunter2" });
    expect(resolve({ url, passwordFile: "password.txt" })).toMatchObject({ password: "hunter2" });
  });

  test("tells whether its text holds a password, which would end in version control", () => {
    expect(holdsPassword({ url: "postgres://me:hunter2@localhost/lms" })).toBe(true);
    expect(holdsPassword({ url: "postgres://me@localhost:5432/lms" })).toBe(false);
    expect(holdsPassword({ urlEnv: "LMS" })).toBe(false);
  });

  test("is refused with all that is wrong, and nothing that is secret", () => {
    expect(refusal({}).problems).toHaveLength(1);
    expect(refusal({ url: "sqlite:a", urlEnv: "B" }).problems[0]!.message).toContain("exactly one");
    expect(refusal({ url: 5, pasword: "x" }).problems.map((p) => p.message)).toEqual([
      "`url` is not a text",
      "unknown key `pasword`",
    ]);
    expect(refusal({ urlEnv: "NOT_THERE" }).problems[0]!.message).toContain("NOT_THERE");
    expect(refusal({ urlFile: "nowhere.txt" }).problems[0]!.message).toContain("`urlFile`");
    refusal({ url: "oracle://me:hunter2@db/lms" });
    refusal({ url: "postgres://me:hunter2@db" });
    refusal({ url: "postgres://me:hunter2#@d b:99999999/lms" });
    refusal({ url: "hunter2" });
    refusal({ url: "sqlite::memory:" });
    refusal({ url: "mysql://me:hunter2@10.0.0.5/lms" });
    // Every object has a constructor; TLS that is not checked must be asked for.
    expect(refusal({ url: "postgres://db/lms?tls=constructor" }).problems).toHaveLength(1);
    expect(refusal({ url: "mysql://me:hunter2@db/lms?tls=maybe&pool=5&ca=none.pem" }).problems).toHaveLength(
      3,
    );
  });

  test("to what is not there fails as unreachable, by the role it has", async () => {
    const unreachable = async (url: string, role: "source" | "target"): Promise<void> => {
      const error: unknown = await connect(url, { folder, role })
        .session()
        .catch((e: unknown) => e);
      expect(error).toMatchObject({ code: `${role}-unreachable` });
      expect(JSON.stringify([error, String(error), String((error as Error).stack)])).not.toContain("hunter2");
    };
    await unreachable("sqlite:no/such.db", "source");
    await unreachable("postgres://me:hunter2@127.0.0.1:1/lms", "target");
    await unreachable("mysql://me:hunter2@127.0.0.1:1/lms", "source");
    await unreachable("mysql://me:hunter2@nowhere.invalid/lms", "source");
    writeFileSync(join(folder, "no.db"), "this is no database, however long it may be");
    await unreachable("sqlite:no.db", "source");
  });
});
