import { sqliteSource } from "../media/sqlite.js";
import { extractorConformance } from "./suite.js";

extractorConformance(sqliteSource);
