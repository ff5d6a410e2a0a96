import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createLoader } from "@cutover/loaders";
import type { TableSpec, TargetValue } from "@cutover/model";
import { parse } from "csv-parse/sync";
import { makeFolder, openFiles, removeFolder } from "../files.js";
import type { Rows, Target } from "./room.js";

const quoted = (value: TargetValue): string =>
  value === null ? "" : `"${String(value as string | number).replaceAll('"', '""')}"`;
const line = (values: readonly TargetValue[]): string => `${values.map(quoted).join(",")}\n`;

/** The records of a file that is there, as another program reads them. */
function recordsOf(path: string): string[][] {
  return existsSync(path) ? parse(readFileSync(path), { skip_empty_lines: true }) : [];
}

/** A folder of files as a target. */
export function folderTarget(): Target {
  const folder = makeFolder();
  const pathOf = ({ table }: TableSpec): string => join(folder, "out", `${table}.csv`);
  return {
    make: async ({ name, columns, id }) => ({
      name,
      table: name,
      id,
      columns,
      dependents: [],
      options: {},
    }),
    open: () => createLoader({ medium: "csv", connection: { folder: "out" }, folder }),
    async look(table) {
      const [, ...rows] = recordsOf(pathOf(table));
      return rows
        .map((row) => row.map((value) => (value === "" ? null : value)))
        .toSorted(([a], [b]) => Number(a) - Number(b));
    },
    async write(table, names, added: Rows) {
      const header = table.columns.map(({ name }) => name);
      const [, ...before] = recordsOf(pathOf(table));
      const rows = added.map((row) => header.map((name) => row[names.indexOf(name)] ?? null));
      writeFileSync(pathOf(table), [header, ...before, ...rows].map(line).join(""));
    },
    held: async () => openFiles(folder),
    drop: async () => removeFolder(folder),
  };
}
