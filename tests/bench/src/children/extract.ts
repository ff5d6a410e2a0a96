import { createExtractor } from "@cutover/extractors";
import type { ExtractSpec } from "@cutover/model";
import { readFileSync } from "node:fs";

/** Reads all rows of an extract through its medium, and tells how many there were. */
const [folder, file] = process.argv.slice(2);
const { medium, extract } = JSON.parse(readFileSync(file!, "utf8")) as {
  readonly medium: string;
  readonly extract: ExtractSpec;
};
const extractor = await createExtractor({ medium, connection: { folder }, folder: folder! });
let rows = 0;
for await (const batch of extractor.read(extract)) {
  if (batch.rejected.length > 0) throw new Error("rows were rejected");
  rows += batch.rows.length;
}
await extractor.close();
process.stdout.write(String(rows));
