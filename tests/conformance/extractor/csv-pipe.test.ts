import { pipeSource } from "../media/csv.js";
import { extractorConformance } from "./suite.js";

extractorConformance(pipeSource);
