import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Contest } from "../contest.js";
import { personsXml } from "../data/persons.js";
import { childFile } from "../programs/child-file.js";
import { extractor, reader, type RecordFile } from "./extraction.js";

/** Where everything that a person says of himself lies, by column. */
const paths = {
  id: "sourcedid/id",
  source: "sourcedid/source",
  status: "@recstatus",
  login: "userid",
  loginKind: "userid/@useridtype",
  fullName: "name/fn",
  family: "name/n/family",
  given: "name/n/given",
  gender: "demographics/gender",
  birthday: "demographics/bday",
  email: "email",
  primary: "institutionrole/@primaryrole",
  role: "institutionrole/@institutionroletype",
  costCentre: "extension/costcentre",
};

/** Reading people from an IMS-like XML file, and nothing else: a person for five rows of the other contests. */
export const xmlContest: Contest<RecordFile> = {
  name: "xml",
  programs: [
    extractor("xml", {
      name: "persons",
      columns: Object.keys(paths).map((name) => ({ name, type: "text", nullable: true })),
      key: ["id"],
      options: {
        file: "persons.xml",
        record: "enterprise/person",
        headers: Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, [path]])),
      },
    }),
    reader("xml2js", "xml2js on the whole document", ({ file }) => ({
      program: process.execPath,
      args: ["--max-old-space-size=8192", childFile("xml2js"), file],
    })),
  ],
  async open(rows) {
    const records = Math.max(1, Math.round(rows / 5));
    const folder = mkdtempSync(path.join(tmpdir(), "cutover-bench-xml-"));
    const file = path.join(folder, "persons.xml");
    await pipeline(Readable.from(personsXml(records)), createWriteStream(file));
    return {
      records: records,
      turn: () =>
        Promise.resolve({ on: { folder, file, records }, where: file, end: () => Promise.resolve() }),
      end: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
    };
  },
};
