import type { ExtractorMedium } from "./extractor/room.js";
import type { LoaderMedium } from "./loader/room.js";
import { commaSource, csvTarget, markedSource, pipeSource, tabSource } from "./media/csv.js";
import { mariadbSource, mariadbTarget } from "./media/mariadb.js";
import { ndjsonSource } from "./media/ndjson.js";
import { postgresqlSource, postgresqlTarget } from "./media/postgresql.js";
import { sqliteSource, sqliteTarget } from "./media/sqlite.js";
import { xlsxSource } from "./media/xlsx.js";
import { xmlSource } from "./media/xml.js";

/** Every medium, in the order of the capability table. */
export const media: {
  readonly reading: readonly ExtractorMedium[];
  readonly writing: readonly LoaderMedium[];
} = {
  reading: [
    sqliteSource,
    postgresqlSource,
    mariadbSource,
    commaSource,
    tabSource,
    pipeSource,
    markedSource,
    xlsxSource,
    ndjsonSource,
    xmlSource,
  ],
  writing: [sqliteTarget, postgresqlTarget, mariadbTarget, csvTarget],
};
