/** How a source is opened, by whatever medium. */
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
