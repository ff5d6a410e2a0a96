import { postgresqlTarget } from "../media/postgresql.js";
import { loaderConformance } from "./suite.js";

loaderConformance(postgresqlTarget);
