import { CutoverError, type Loader } from "@cutover/model";

export interface LoaderOptions {
  /** `sql` or `csv`. */
  readonly medium: string;
  /** As declared in migration.yaml: `{ url }`, `{ urlEnv }` or `{ urlFile }` for databases, `{ folder }` for files. */
  readonly connection: Readonly<Record<string, unknown>>;
  /** The migration's folder, against which paths are resolved. */
  readonly folder: string;
  /** Hears, once each and in a sentence, what makes the work slower than it could be. */
  readonly onNotice?: ((notice: string) => void) | undefined;
}

/** Opens a target through its medium; the medium's libraries are loaded only now. */
export async function createLoader(options: LoaderOptions): Promise<Loader> {
  switch (options.medium) {
    case "sql":
      return (await import("./sql/index.js")).createSqlLoader(options);
    case "csv":
      return (await import("./csv/loader.js")).createCsvLoader(options);
    default:
      throw new CutoverError(
        "connection-invalid",
        `there is no medium ${JSON.stringify(options.medium)} to write to`,
        {
          stage: "configure",
          remedy: "Use sql or csv.",
        },
      );
  }
}
