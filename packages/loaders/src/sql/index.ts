export { createSqlLoader, type SqlLoaderOptions } from "./loader.js";
