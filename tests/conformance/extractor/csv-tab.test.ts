import { tabSource } from "../media/csv.js";
import { extractorConformance } from "./suite.js";

extractorConformance(tabSource);
