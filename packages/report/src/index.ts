export * from "./build.js";
export * from "./evidence.js";
export * from "./evidence-schema.js";
export { renderPage } from "./html/page.js";
export * from "./pack.js";
