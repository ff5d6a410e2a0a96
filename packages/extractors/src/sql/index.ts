export { createSqlExtractor } from "./extractor.js";
