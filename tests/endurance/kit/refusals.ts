import type { TestDatabase } from "@cutover/testkit";
import type { Engine } from "./databases.js";

/** A reason for which a target refuses people that it is told by their numbers. */
export interface Reason {
  readonly name: string;
  readonly engines: readonly Engine[];
  /** What those people have that is not to the target's liking; done to the source before the plan. */
  prepare?(source: TestDatabase, numbers: readonly number[]): Promise<void>;
  /** What has to be done to the target, after the plan. */
  spoil(target: TestDatabase, numbers: readonly number[]): Promise<void>;
  /** The codes of drivers that may be told. */
  readonly code: RegExp;
  /** The encoding of the target's database, where it is not the usual one. */
  readonly encoding?: "LATIN1";
  /** Whether the target is on a server that warns of what it alters, and writes it. */
  readonly lenient?: boolean;
}

const logins = (numbers: readonly number[]): string => numbers.map((n) => `'login${n}'`).join(", ");

/** Sets a column of some people of the source. */
const give =
  (assignment: string) =>
  (source: TestDatabase, numbers: readonly number[]): Promise<void> =>
    source.run(`UPDATE person SET ${assignment} WHERE id IN (${numbers.join(", ")})`);

/** Lets a target have people only whose logins another table has. */
const allowOthers =
  (more: string) =>
  (target: TestDatabase, numbers: readonly number[]): Promise<void> => {
    const others = Array.from({ length: 2_000 }, (_, i) => i + 1).filter((n) => !numbers.includes(n));
    return target.run(
      "CREATE TABLE allowed (login VARCHAR(30) PRIMARY KEY)",
      `INSERT INTO allowed VALUES ('stranger'), ${others.map((n) => `('login${n}')`).join(", ")}`,
      `ALTER TABLE person ADD FOREIGN KEY (login) REFERENCES allowed (login) ${more}`,
    );
  };

const narrowCharacters: Pick<Reason, "engines" | "prepare" | "spoil" | "code"> = {
  engines: ["mariadb"],
  prepare: give("given = 'Given 🙂'"),
  spoil: (target) => target.run("ALTER TABLE person MODIFY given VARCHAR(20) CHARACTER SET utf8mb3"),
  code: /ER_TRUNCATED_WRONG_VALUE_FOR_FIELD|1366/,
};

export const reasons: readonly Reason[] = [
  {
    name: "check",
    engines: ["postgresql", "mariadb"],
    spoil: (target, numbers) =>
      target.run(`ALTER TABLE person ADD CONSTRAINT unwanted CHECK (login NOT IN (${logins(numbers)}))`),
    code: /23514|ER_CONSTRAINT_FAILED|4025/,
  },
  {
    name: "unique",
    engines: ["sqlite", "postgresql", "mariadb"],
    spoil: (target, numbers) =>
      target.run(
        // Nobody is recognized by a given name: only the database knows that it is taken.
        "CREATE UNIQUE INDEX one_given ON person (given)",
        `INSERT INTO person (login, given) VALUES ${numbers.map((n) => `('taken${n}', 'Given ${n}')`).join(", ")}`,
      ),
    code: /23505|ER_DUP_ENTRY|SQLITE_CONSTRAINT_UNIQUE/,
  },
  {
    name: "trigger",
    engines: ["sqlite", "postgresql", "mariadb"],
    spoil(target, numbers) {
      const list = logins(numbers);
      if (target.engine === "sqlite") {
        return target.run(
          `CREATE TRIGGER unwanted BEFORE INSERT ON person WHEN NEW.login IN (${list}) BEGIN SELECT RAISE(ABORT, 'no'); END`,
        );
      }
      if (target.engine === "mariadb") {
        return target.run(
          `CREATE TRIGGER unwanted BEFORE INSERT ON person FOR EACH ROW IF NEW.login IN (${list}) THEN SIGNAL SQLSTATE '45000'; END IF`,
        );
      }
      return target.run(
        `CREATE FUNCTION unwanted() RETURNS trigger LANGUAGE plpgsql AS
           'BEGIN IF NEW.login IN (${list.replaceAll("'", "''")}) THEN RAISE EXCEPTION ''no''; END IF; RETURN NEW; END'`,
        "CREATE TRIGGER unwanted BEFORE INSERT ON person FOR EACH ROW EXECUTE FUNCTION unwanted()",
      );
    },
    code: /P0001|ER_SIGNAL_EXCEPTION|SQLITE_CONSTRAINT_TRIGGER/,
  },
  {
    name: "foreign-key",
    engines: ["postgresql", "mariadb"],
    spoil: allowOthers(""),
    code: /23503|ER_NO_REFERENCED_ROW/,
  },
  {
    // Nothing is wrong with any statement: it is the COMMIT that is refused.
    name: "deferred-foreign-key",
    engines: ["postgresql"],
    spoil: allowOthers("DEFERRABLE INITIALLY DEFERRED"),
    code: /23503/,
  },
  { name: "characters", ...narrowCharacters },
  {
    // Not even looking for them is possible.
    name: "encoding",
    engines: ["postgresql"],
    encoding: "LATIN1",
    async prepare(source, numbers) {
      await source.run(
        "UPDATE person SET family = 'Ærø ' || id",
        "UPDATE lesson SET title = 'Course ' || id",
      );
      await give("login = login || '漢'")(source, numbers);
    },
    spoil: async () => undefined,
    code: /22P05/,
  },
  {
    // What a column of bytes holds, and what a domain allows, no list of columns tells.
    name: "too-long",
    engines: ["postgresql", "mariadb"],
    prepare: give(`mail = '${"漢".repeat(90)}'`),
    spoil: (target) =>
      target.engine === "mariadb"
        ? target.run("ALTER TABLE person MODIFY mail TINYTEXT")
        : target.run(
            "CREATE DOMAIN short AS VARCHAR(50)",
            "ALTER TABLE person ALTER COLUMN mail TYPE short USING substr(mail, 1, 50)",
          ),
    code: /22001|ER_DATA_TOO_LONG/,
  },
  {
    // Seen before anything is sent: the reason is ours.
    name: "narrowed",
    engines: ["postgresql", "mariadb"],
    prepare: give(`mail = '${"x".repeat(60)}'`),
    spoil: (target) =>
      target.run(
        `ALTER TABLE person ${target.engine === "mariadb" ? "MODIFY mail" : "ALTER COLUMN mail TYPE"} VARCHAR(50)`,
      ),
    code: /too-long/,
  },
  { name: "warned-of", ...narrowCharacters, lenient: true },
];
