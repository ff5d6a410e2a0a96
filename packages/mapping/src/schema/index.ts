import { steps } from "../steps/index.js";
import type { JsonSchema } from "./common.js";
import { publishedMappingSchema } from "./mapping.js";
import { publishedSystemSchema } from "./system.js";

/** The JSON Schemas (2020-12) of the definition files, as they are published for editors. */
export const jsonSchemas = (): { readonly system: JsonSchema; readonly mapping: JsonSchema } => ({
  system: publishedSystemSchema(),
  mapping: publishedMappingSchema(steps),
});
