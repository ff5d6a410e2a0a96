import { CutoverError, type Extractor } from "@cutover/model";
import { isFileMedium } from "./files/options.js";
import type { ExtractorOptions } from "./options.js";

export type { ExtractorOptions };

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
