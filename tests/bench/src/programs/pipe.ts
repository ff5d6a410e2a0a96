import { findProgram } from "../measure/find-program.js";
import { measureGood } from "../measure/measure.js";
import type { Program } from "../contest.js";
import type { Moving } from "../contests/pair.js";
import { source } from "../data/tables.js";
import { expectRows, makeCopy } from "./copy.js";

const { name: table, columns } = source.record;
const list = Object.keys(columns).join(", ");

/** How each engine's own client writes rows to its output, and reads them from its input. */
const clients = {
  postgresql: {
    client: "psql",
    package: "postgresql-client",
    out: `psql -qX "$FROM" -c "\\copy (SELECT ${list} FROM ${table}) TO STDOUT"`,
    // A NULL is \\N between two PostgreSQL, and a word in what MariaDB's client writes.
    in: (from: string) =>
      `psql -qX "$TO" -c "\\copy ${table} FROM STDIN${from === "mariadb" ? " WITH (NULL 'NULL')" : ""}"`,
  },
  mariadb: {
    client: "mariadb",
    package: "mariadb-client",
    out: `mariadb $FROM --quick --batch --skip-column-names -e "SELECT ${list} FROM ${table}"`,
    in: () =>
      `mariadb $TO --local-infile=1 -e "LOAD DATA LOCAL INFILE '/dev/stdin' INTO TABLE ${table} CHARACTER SET utf8mb4"`,
  },
} as const;

type Server = keyof typeof clients;

/** A URL as the client's arguments take it. */
function address(engine: Server, text: string): string {
  if (engine === "postgresql") return text;
  const url = new URL(text);
  const password = url.password === "" ? "" : ` --password=${decodeURIComponent(url.password)}`;
  return `--no-defaults --default-character-set=utf8mb4 -h ${url.hostname} -P ${url.port || "3306"} -u ${decodeURIComponent(url.username)}${password} ${url.pathname.slice(1)}`;
}

/** The databases' own clients with a pipe between them. */
const pipe = (from: Server, to: Server): Program<Moving> => ({
  name: "pipe",
  does: `${clients[from].client} | ${clients[to].client}: the rows as they are, unchecked, to a table of the same columns`,
  missing() {
    const lacking = [clients[from], clients[to]].find(({ client }) => findProgram(client) === null);
    return lacking === undefined
      ? null
      : `there is no ${lacking.client}; Debian has it in ${lacking.package}`;
  },
  async run(moving, clerk) {
    await makeCopy(moving);
    const cost = await measureGood({
      program: "bash",
      args: ["-o", "pipefail", "-c", `${clients[from].out} | ${clients[to].in(from)}`],
      env: { FROM: address(from, moving.source.url), TO: address(to, moving.target.url) },
    });
    await expectRows(moving, table);
    clerk.cost("", cost);
  },
});

const servers = Object.keys(clients) as readonly Server[];

/** By pair of engines. */
export const pipes: ReadonlyMap<string, Program<Moving>> = new Map(
  servers.flatMap((from) => servers.map((to) => [`${from}-${to}`, pipe(from, to)] as const)),
);
