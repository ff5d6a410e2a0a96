export * from "./build.js";
export * from "./evidence.js";
export * from "./evidence-schema.js";
export { exceptionColumns } from "./export/cells.js";
export { writeCsv } from "./export/csv.js";
export { workbookRows, writeExceptionWorkbook } from "./export/xlsx.js";
export { pack, type Packed } from "./html/packed.js";
export { renderPage } from "./html/page.js";
export * from "./pack.js";
