import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createExtractor } from "@cutover/extractors";
import { createLoader } from "@cutover/loaders";
import { createTableStatements, freshStatements, type LoadedSystem } from "@cutover/mapping";
import type { Extractor, Loader } from "@cutover/model";
import { connect } from "@cutover/sql";

/** A target of a system's own declaration: its tables, with what a fresh installation holds. */
export interface Scratch {
  readonly loader: Loader;
  readonly extractor: Extractor;
  close(): Promise<void>;
}

/** Makes a scratch SQLite database that stands in for a system whose medium is SQL. */
export async function makeScratch(system: LoadedSystem): Promise<Scratch> {
  const folder = mkdtempSync(path.join(tmpdir(), "cutover-round-trip-"));
  const clean = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const file = "target.db";
    writeFileSync(path.join(folder, file), "");
    const connection = { url: `sqlite:${file}` };
    const session = await connect(connection.url, { folder, role: "target" }).session();
    await session.begin("write");
    const statements = [...createTableStatements(system, "sqlite"), ...freshStatements(system, "sqlite")];
    for (const statement of statements) await session.run(statement);
    await session.commit();
    await session.close();
    const extractor = await createExtractor({ medium: "sql", connection, folder });
    const loader = await createLoader({ medium: "sql", connection, folder });
    return {
      loader,
      extractor,
      async close() {
        await loader.close();
        await extractor.close();
        clean();
      },
    };
  } catch (cause) {
    clean();
    throw cause;
  }
}
