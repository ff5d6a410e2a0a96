import { expect, it } from "vitest";
import {
  batchOf,
  beginExtraction,
  endExtraction,
  type Extraction,
  fileNoter,
  openLedger,
  placeOf,
  recordWriter,
  registerMapping,
  registerSide,
} from "@cutover/ledger";

it("says of a record in which file it stands, and its number there", () => {
  const ledger = openLedger(":memory:", { create: true });
  const side = registerSide(ledger, { name: "hr", role: "source", system: "hr" });
  const mapping = (name: string): number =>
    registerMapping(ledger, { side, name, direction: "inbound", entity: "user" });
  const [files, plain] = [mapping("files"), mapping("plain")];
  const stage = (of: number, { seen }: Extraction, numbers: readonly number[]): readonly number[] =>
    recordWriter(
      ledger,
      of,
      "user",
      seen,
    )(
      batchOf(
        "user",
        numbers.map((at) => ({
          key: `${of} ${at}`,
          at,
          record: null,
          disposition: "excluded",
          reason: "test",
          issues: [],
        })),
      ),
    );
  const [a, b, c] = [
    { name: "a.csv", before: 0 },
    { name: "b.csv", before: 20 },
    { name: "c.csv", before: 30 },
  ];

  const first = beginExtraction(ledger);
  const note = fileNoter(ledger, files);
  for (const file of [a, a, b, c]) note(file);
  fileNoter(ledger, plain)(undefined);
  const ids = [...stage(files, first, [2, 20, 21, 30, 31]), ...stage(plain, first, [7])];
  expect(ids.map((id) => placeOf(ledger, id))).toEqual([
    "a.csv:2",
    "a.csv:20",
    "b.csv:1",
    "b.csv:10",
    "c.csv:1",
    "7",
  ]);

  const second = beginExtraction(ledger);
  fileNoter(ledger, files)(b);
  stage(files, second, [21]);
  endExtraction(ledger, second);
  // Of what left the source nobody knows any more which file it was in.
  expect([ids[2]!, ids[4]!].map((id) => placeOf(ledger, id))).toEqual(["b.csv:1", "31"]);
  ledger.close();
});
