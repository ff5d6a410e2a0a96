import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { resolve } from "node:path";
import type { Problem } from "@cutover/model";

export interface FileAddress {
  readonly engine: "sqlite";
  readonly path: string;
  /** What may be shown: never a password. */
  readonly shown: string;
}

/**
 * `verify`: encrypted, and the server proves its name; `encrypt`: encrypted, to whomever answers;
 * `off`: plain text.
 */
export type Tls = "verify" | "encrypt" | "off";

export interface ServerAddress {
  readonly engine: "postgresql" | "mysql";
  readonly host: string;
  readonly port: number;
  /** A Unix socket (MySQL) or its folder (PostgreSQL), in place of the host. */
  readonly socket?: string | undefined;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly database: string;
  readonly schema?: string | undefined;
  readonly tls: Tls;
  /** Certificates of the authority that signed the server's, as PEM. */
  readonly ca?: string | undefined;
  readonly shown: string;
}

export type Address = FileAddress | ServerAddress;

const engines: Readonly<Record<string, ServerAddress["engine"]>> = {
  "postgres:": "postgresql",
  "postgresql:": "postgresql",
  "mysql:": "mysql",
  "mariadb:": "mysql",
};
const ports = { postgresql: 5432, mysql: 3306 } as const;

/** The libraries' own words for TLS, beside ours. */
const tlsWords: Readonly<Record<string, Tls>> = {
  verify: "verify",
  encrypt: "encrypt",
  off: "off",
  disable: "off",
  disabled: "off",
  require: "encrypt",
  required: "encrypt",
  "verify-ca": "verify",
  "verify-full": "verify",
  verify_ca: "verify",
  verify_identity: "verify",
};
const tlsOptions: ReadonlySet<string> = new Set(["tls", "sslmode", "ssl-mode"]);
const caOptions: ReadonlySet<string> = new Set(["ca", "sslrootcert", "ssl-ca"]);

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "[::1]" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Reads a database's URL; what is wrong goes to `problems`, in words that do not quote it. */
export function parseUrl(text: string, folder: string, problems: Problem[]): Address | null {
  if (text.startsWith("sqlite:")) {
    const path = decoded(text.slice("sqlite:".length).replace(/^\/\/(?=\/)/, ""));
    if (path === "" || path.startsWith(":memory:")) {
      problems.push({
        message: "a SQLite URL needs the path of a file",
        remedy: "Write sqlite:path/to/file.db.",
      });
      return null;
    }
    const full = resolve(folder, path);
    return { engine: "sqlite", path: full, shown: `sqlite:${path}` };
  }
  let url: URL;
  try {
    // A user and no host, as sockets have it, is no URL to the parser.
    url = new URL(text.replace(/^([a-z]+:\/\/[^/@]*@)\//i, "$1localhost/"));
  } catch {
    problems.push({
      message: "the database's URL cannot be read",
      remedy:
        "Write sqlite:path, postgres://user@host/database or mysql://user@host/database; escape special characters of a password as %XX.",
    });
    return null;
  }
  const engine = engines[url.protocol];
  if (engine === undefined) {
    problems.push({
      // What stands there may be a part of a password: it is not told.
      message: "the URL begins with no known database engine",
      remedy: "Known: sqlite, postgres, mysql, mariadb.",
    });
    return null;
  }
  const options = readOptions(url, engine, folder, problems);
  const host = decoded(url.hostname).replace(/^\[(.*)\]$/, "$1");
  const database = decoded(url.pathname.slice(1));
  if (database.includes("@")) {
    problems.push({
      message: "the database's URL cannot be read",
      remedy: "Escape special characters of a password as %XX: a `/` as %2F.",
    });
    return null;
  }
  if (database === "")
    problems.push({ message: "the URL names no database", remedy: "Add /name after the host." });
  const tls =
    options.tls ?? (options.socket !== undefined || isLoopback(host || "localhost") ? "off" : "verify");
  if (engine === "mysql" && tls === "verify" && isIP(host) !== 0) {
    // mysql2 would compare the certificate with the name `localhost`.
    problems.push({
      message: "a MySQL or MariaDB server proves its name, not its number",
      remedy: "Write the server's name in the URL, or weaken the check by `?tls=encrypt` or `?tls=off`.",
    });
  }
  const shownHost = options.socket ?? (url.host || "localhost");
  return {
    engine,
    host: host || "localhost",
    port: url.port === "" ? ports[engine] : Number(url.port),
    socket: options.socket,
    user: url.username === "" ? undefined : decoded(url.username),
    password: url.password === "" ? undefined : decoded(url.password),
    database,
    schema: options.schema,
    tls,
    ca: options.ca,
    shown: `${engine}://${shownHost}/${database}`,
  };
}

interface Options {
  socket?: string;
  schema?: string;
  tls?: Tls;
  ca?: string;
}

function readOptions(
  url: URL,
  engine: ServerAddress["engine"],
  folder: string,
  problems: Problem[],
): Options {
  const options: Options = {};
  for (const [name, value] of url.searchParams) {
    if (tlsOptions.has(name)) {
      const word = value.toLowerCase();
      const tls = Object.hasOwn(tlsWords, word) ? tlsWords[word] : undefined;
      if (tls === undefined) {
        problems.push({
          message: `\`${name}\` has none of its values`,
          remedy: "Known: verify, encrypt, off.",
        });
      } else options.tls = tls;
    } else if (caOptions.has(name)) {
      try {
        options.ca = readFileSync(resolve(folder, value), "utf8");
      } catch {
        problems.push({ message: `the certificates of \`${name}\` cannot be read` });
      }
    } else if (name === "schema" && engine === "postgresql") options.schema = value;
    else if ((name === "host" && value.startsWith("/")) || name === "socket") options.socket = value;
    else
      problems.push({
        message: "the URL has an option that is not known",
        remedy: "Known: tls, ca, schema, socket. A `?` in a password is written %3F.",
      });
  }
  return options;
}
