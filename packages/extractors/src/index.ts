import { CutoverError, type Extractor } from "@cutover/model";
import { isFileMedium } from "./files/options.js";

export interface ExtractorOptions {
  /** `sql`, `csv`, `xlsx`, `ndjson` or `xml`. */
  readonly medium: string;
  /** As declared in migration.yaml: `{ url }`, `{ urlEnv }` or `{ urlFile }` for databases, `{ folder }` for files. */
  readonly connection: Readonly<Record<string, unknown>>;
  /** The migration's folder, against which paths are resolved. */
  readonly folder: string;
  /** Where a person finds the connection, for what is said of files that are not there: `migration.yaml, line 6`. */
  readonly declaredAt?: string | undefined;
  /** Which end of the migration it is: a target is read as well, and may still be empty. */
  readonly role?: "source" | "target" | undefined;
  /** The `state` of another extractor of the same source, which is to be seen here, too. */
  readonly state?: string | undefined;
}

/** Opens a source through its medium; the medium's libraries are loaded only now. */
export async function createExtractor(options: ExtractorOptions): Promise<Extractor> {
  const { medium, connection, folder } = options;
  if (isFileMedium(medium)) {
    const { connectionFolder, createFileExtractor } = await import("./files/extractor.js");
    return createFileExtractor(medium, connectionFolder(connection, folder), options);
  }
  if (medium === "sql") {
    const { createSqlExtractor } = await import("./sql/index.js");
    return createSqlExtractor(options);
  }
  throw new CutoverError("connection-invalid", `there is no medium ${JSON.stringify(medium)} to read from`, {
    stage: "configure",
    remedy: "Use sql, csv, xlsx, ndjson or xml.",
  });
}
