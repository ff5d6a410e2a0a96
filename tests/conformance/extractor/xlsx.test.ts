import { xlsxSource } from "../media/xlsx.js";
import { extractorConformance } from "./suite.js";

extractorConformance(xlsxSource);
