export { engines, urlVariable, type Engine } from "./servers/engine.js";
export { freshDatabase, type FreshDatabase } from "./servers/fresh-database.js";
export { servers, serverUrl, startServers } from "./servers/start-servers.js";
export { makeCompany, type Company, type Tables } from "./company/company.js";
export { plantDefects } from "./company/defects/plant.js";
export type { Door, Label, Planted } from "./company/labels.js";
export { sizes, type CompanyOptions, type Size, type SizeName } from "./company/sizes.js";
export { writeCompany, type WrittenCompany } from "./company/write.js";
export { databaseEngines, testDatabase, type TestDatabase } from "./servers/test-database.js";
