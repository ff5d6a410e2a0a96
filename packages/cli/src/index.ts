export { commands } from "./commands.js";
export { runProgram } from "./program.js";
export { referencePages } from "./reference/pages.js";
