import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { TestDatabase } from "@cutover/testkit";
import { migrationFolder } from "./migration.js";

/** A migration into files. */
export interface FilesMigration {
  readonly folder: string;
  /** Every line of the target's files, sorted file by file. */
  lines(): Readonly<Record<string, readonly string[]>>;
  remove(): void;
}

/** What the target holds before. */
const files: Readonly<Record<string, string>> = {
  "org.csv": "code,name,parent\nU3,Old unit,\nFOREIGN,Foreign,\n",
  "person.csv":
    "login,number,mail,given,family,state,org,boss\nlogin1,E1,,Old,Name,on,,\nstranger,X1,,A,Stranger,on,,\n",
};

/** A new migration of units and people into files in a folder. */
export function filesMigration(source: TestDatabase, target: string): FilesMigration {
  mkdirSync(target, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(target, name), text);
  const folder = migrationFolder(
    source,
    `files\n  connection: { folder: ${JSON.stringify(target)} }\nentities: [organization, user]`,
  );
  return {
    folder,
    lines: () =>
      Object.fromEntries(
        Object.keys(files).map((name) => [
          name,
          readFileSync(path.join(target, name), "utf8").split("\n").toSorted(),
        ]),
      ),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
