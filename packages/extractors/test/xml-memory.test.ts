import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { folderWith } from "./files.js";

const records = 100_000;

function* document(): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<enterprise>\n';
  for (let i = 0; i < records; i++) {
    yield `  <person recstatus="1">
    <comments>${"An employee of the Łódź branch. ".repeat(12)}</comments>
    <sourcedid><source>HR</source><id>E${i}</id></sourcedid>
    <userid password="x">user${i}</userid>
    <name><fn>Anna Ó ${i}</fn><n><family>Ó</family><given>Anna</given></n></name>
    <email>user${i}@example.org</email>
  </person>\n`;
  }
  yield "</enterprise>\n";
}

test("memory does not grow with the file", async () => {
  const folder = folderWith({});
  const file = join(folder, "people.xml");
  await pipeline(Readable.from(document()), createWriteStream(file));
  const program = `
    import { createExtractor } from "@cutover/extractors";
    const connection = { folder: ${JSON.stringify(folder)} };
    const extractor = await createExtractor({ medium: "xml", connection, folder: "/" });
    const columns = ["sourcedid/id", "comments", "."].map((name) => ({ name, type: "text", nullable: true }));
    const options = { file: "people.xml", record: "enterprise/person" };
    const people = { name: "people", key: [], columns, options };
    let rows = 0;
    let early = 0;
    let most = 0;
    for await (const batch of extractor.read(people, { batchSize: 2000 })) {
      rows += batch.rows.length;
      const { rss } = process.memoryUsage();
      if (rows <= ${records / 5}) early = Math.max(early, rss);
      most = Math.max(most, rss);
    }
    const count = await extractor.count(people);
    console.log(JSON.stringify({ rows, count, grown: most - early }));
  `;
  // What was built: outside the test runner, node reads no TypeScript. The heap is smaller than the file.
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--max-old-space-size=64", "--input-type=module", "-e", program],
    { cwd: import.meta.dirname },
  );
  const { rows, count, grown } = JSON.parse(stdout) as Record<string, number>;
  expect(rows).toBe(records);
  expect(count).toBe(records);
  expect(grown).toBeLessThan(64 * 1024 * 1024);
});
