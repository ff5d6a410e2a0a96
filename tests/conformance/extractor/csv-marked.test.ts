import { markedSource } from "../media/csv.js";
import { extractorConformance } from "./suite.js";

extractorConformance(markedSource);
