import { postgresqlSource } from "../media/postgresql.js";
import { extractorConformance } from "./suite.js";

extractorConformance(postgresqlSource);
