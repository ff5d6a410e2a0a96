import { jsonSchemas } from "@cutover/mapping";
import { entitySchemas } from "@cutover/model";
import { evidenceSchema } from "@cutover/report";
import { commands } from "../commands.js";
import { migrationSchema } from "../migration/schema.js";
import { codesPage } from "./codes-page.js";
import { commandsPage } from "./commands-page.js";
import { languagePage } from "./language-page.js";
import { migrationPage } from "./migration-page.js";
import { modelPage } from "./model-page.js";
import { outputSchemas } from "./output-schemas.js";
import { stepsPage } from "./steps-page.js";

const json = (schema: unknown): string => `${JSON.stringify(schema, null, 2)}\n`;

/** Every generated page and schema below `docs/`, by its path there. */
export function referencePages(): ReadonlyMap<string, string> {
  const schemas: Readonly<Record<string, unknown>> = {
    ...jsonSchemas(),
    migration: migrationSchema,
    evidence: evidenceSchema,
    ...Object.fromEntries(Object.entries(entitySchemas()).map(([name, s]) => [`entity-${name}`, s])),
    ...Object.fromEntries(Object.entries(outputSchemas).map(([name, s]) => [`output-${name}`, s])),
  };
  return new Map<string, string>([
    ["reference/commands.md", commandsPage(commands)],
    ["reference/codes.md", codesPage()],
    ["reference/migration.md", migrationPage()],
    ["reference/model.md", modelPage()],
    ["reference/mapping-language.md", languagePage()],
    ["reference/steps.md", stepsPage()],
    ...Object.entries(schemas).map(([name, schema]) => [`schema/${name}.schema.json`, json(schema)] as const),
  ]);
}
