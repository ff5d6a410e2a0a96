import { commaSource } from "../media/csv.js";
import { extractorConformance } from "./suite.js";

extractorConformance(commaSource);
