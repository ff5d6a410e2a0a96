import { sqliteTarget } from "../media/sqlite.js";
import { loaderConformance } from "./suite.js";

loaderConformance(sqliteTarget);
