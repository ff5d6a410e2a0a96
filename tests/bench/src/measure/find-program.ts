import { accessSync, constants } from "node:fs";
import path from "node:path";

/** Where a program is on the search path; null where it is not. */
export function findProgram(name: string): string | null {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // the next folder may have it
    }
  }
  return null;
}
