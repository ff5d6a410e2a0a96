import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CutoverError, type Problem } from "@cutover/model";
import { parseUrl, type Address } from "./address.js";

/** How a database is reached, as migration.yaml says it: one of `url`, `urlEnv` and `urlFile`. */
export interface SqlConnection {
  /**
   * `sqlite:path`, `postgres://user@host:port/database`, `mysql://` or `mariadb://`. Options after `?`:
   * `tls`, `ca`, `schema` (PostgreSQL), `host` and `socket` (a socket's folder, a socket).
   */
  readonly url?: string | undefined;
  /** The environment variable that holds the URL. */
  readonly urlEnv?: string | undefined;
  /** A file that holds the URL, relative to the migration folder. */
  readonly urlFile?: string | undefined;
  /** The environment variable that holds the password, where the URL has none. */
  readonly passwordEnv?: string | undefined;
  /** A file that holds the password. */
  readonly passwordFile?: string | undefined;
}

const keys = ["url", "urlEnv", "urlFile", "passwordEnv", "passwordFile"] as const;

const invalid = (problems: readonly Problem[]): CutoverError =>
  new CutoverError("connection-invalid", "the connection to a database is not declared as it should be", {
    stage: "configure",
    problems,
  });

/** Whether a connection has a password in its own text, where it would end in version control. */
export const holdsPassword = (connection: SqlConnection): boolean =>
  connection.url !== undefined && /^[a-z]+:\/\/[^/@]*:[^/@]+@/i.test(connection.url);

/** What is said of a variable that is not set. */
const notSet = (key: "urlEnv" | "passwordEnv", name: string): string =>
  `the environment variable${/^[A-Z][A-Z0-9_]*$/.test(name) ? ` ${name}` : ""} of \`${key}\` is not set`;

/** Says which environment variable a connection needs and does not find; null where it finds all. */
export function missingVariable(
  connection: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv = process.env,
): string | null {
  for (const key of ["urlEnv", "passwordEnv"] as const) {
    const name = connection[key];
    if (typeof name === "string" && (env[name] ?? "") === "") return notSet(key, name);
  }
  return null;
}

/**
 * The address a connection means. A name is only repeated where it is surely one: people write the
 * secret itself where its place should be named.
 *
 * @throws CutoverError `connection-invalid` with all that is wrong; never with a URL or a password.
 */
export function resolveConnection(
  declared: Readonly<Record<string, unknown>>,
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
): Address {
  const problems: Problem[] = [];
  const connection: Partial<Record<(typeof keys)[number], string>> = {};
  for (const [key, value] of Object.entries(declared)) {
    if (key === "medium" || value === undefined) continue;
    const known = keys.find((k) => k === key);
    if (known === undefined) {
      problems.push({ message: `unknown key \`${key}\``, remedy: `Known: ${keys.join(", ")}.` });
    } else if (typeof value !== "string" || value === "") {
      problems.push({ message: `\`${key}\` is not a text` });
    } else connection[known] = value;
  }
  const ways = (["url", "urlEnv", "urlFile"] as const).filter((key) => connection[key] !== undefined);
  if (ways.length !== 1 && problems.length === 0) {
    problems.push({ message: "a database needs exactly one of `url`, `urlEnv` and `urlFile`" });
  }
  const secret = (kind: "url" | "password"): string | undefined => {
    const fromEnv = connection[`${kind}Env`];
    const fromFile = connection[`${kind}File`];
    if (fromEnv !== undefined) {
      const value = env[fromEnv];
      if (value === undefined || value === "") problems.push({ message: notSet(`${kind}Env`, fromEnv) });
      return value;
    }
    if (fromFile === undefined) return undefined;
    try {
      return readFileSync(resolve(folder, fromFile), "utf8").trim();
    } catch {
      problems.push({ message: `the file of \`${kind}File\` cannot be read` });
      return undefined;
    }
  };
  const url = connection.url ?? secret("url");
  const password = secret("password");
  if (problems.length > 0 || url === undefined) throw invalid(problems);
  const address = parseUrl(url, folder, problems);
  if (address === null || problems.length > 0) throw invalid(problems);
  if (address.engine === "sqlite" || password === undefined) return address;
  return { ...address, password };
}
