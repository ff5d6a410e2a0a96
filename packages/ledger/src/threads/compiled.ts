/** The compiled file of a thread, also where this one runs uncompiled. */
export const compiled = (name: string): URL => new URL(`../../dist/threads/${name}.js`, import.meta.url);

/** Without the conditions that lead to uncompiled files. */
export const asCompiled = process.execArgv.includes("--conditions") ? { execArgv: [] } : {};
