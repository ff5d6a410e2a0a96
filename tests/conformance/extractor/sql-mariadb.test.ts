import { mariadbSource } from "../media/mariadb.js";
import { extractorConformance } from "./suite.js";

extractorConformance(mariadbSource);
