import { mariadbTarget } from "../media/mariadb.js";
import { loaderConformance } from "./suite.js";

loaderConformance(mariadbTarget);
