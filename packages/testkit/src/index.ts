export { engines, urlVariable, type Engine } from "./servers/engine.js";
export { freshDatabase, type FreshDatabase } from "./servers/fresh-database.js";
export { servers, serverUrl, startServers } from "./servers/start-servers.js";
