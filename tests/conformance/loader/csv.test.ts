import { csvTarget } from "../media/csv.js";
import { loaderConformance } from "./suite.js";

loaderConformance(csvTarget);
