import { xmlSource } from "../media/xml.js";
import { extractorConformance } from "./suite.js";

extractorConformance(xmlSource);
