import path from "node:path";

/** The built file of a program that is measured in a process of its own: nothing compiles while a clock runs. */
export const childFile = (name: string): string =>
  path.resolve(import.meta.dirname, `../../dist/children/${name}.js`);
