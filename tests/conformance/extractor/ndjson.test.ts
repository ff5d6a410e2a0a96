import { ndjsonSource } from "../media/ndjson.js";
import { extractorConformance } from "./suite.js";

extractorConformance(ndjsonSource);
