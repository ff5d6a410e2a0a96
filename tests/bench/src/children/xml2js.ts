import { readFileSync } from "node:fs";
import { parseStringPromise } from "xml2js";

/** Reads the whole document at once, which is how xml2js is used. */
const document = (await parseStringPromise(readFileSync(process.argv[2]!, "utf8"))) as {
  readonly enterprise: { readonly person: readonly unknown[] };
};
process.stdout.write(String(document.enterprise.person.length));
