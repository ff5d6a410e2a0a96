export { createSqlExtractor, type SqlExtractorOptions } from "./extractor.js";
