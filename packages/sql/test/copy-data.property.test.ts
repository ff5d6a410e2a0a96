import { PassThrough } from "node:stream";
import type { Socket } from "node:net";
import fc from "fast-check";
import { expect, it } from "vitest";
import { takeCopyData } from "../src/postgresql/copy-data.js";

const message = (code: string, body: Buffer): Buffer => {
  const header = Buffer.alloc(5);
  header.write(code, "latin1");
  header.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([header, body]);
};

/** Bytes in pieces as a network might cut them. */
function* cut(bytes: Buffer, lengths: readonly number[]): Generator<Buffer> {
  for (let at = 0, n = 0; at < bytes.length; n += 1) {
    const length = lengths[n % lengths.length]!;
    yield Buffer.from(bytes.subarray(at, at + length));
    at += length;
  }
}

const body = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes));

it("gives the rows to who reads them and all else to the driver, however the network cuts them", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom("d", "d", "d", "N", "S", "c"), body), { maxLength: 30 }),
      body,
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
      (messages, after, lengths) => {
        const socket = new PassThrough();
        const driver: Buffer[] = [];
        socket.on("data", (chunk: Buffer) => driver.push(chunk));
        const rows: Buffer[] = [];
        takeCopyData(socket as unknown as Socket, (bytes, from, to) => {
          rows.push(Buffer.from(bytes.subarray(from, to)));
        });
        const all = [...messages, ["Z", Buffer.from("I")] as const].map(([code, data]) =>
          message(code, data),
        );
        // What follows the end of the query is another one's: rows, too.
        for (const piece of cut(Buffer.concat([...all, message("d", after)]), lengths))
          socket.emit("data", piece);
        expect(rows).toEqual(messages.filter(([code]) => code === "d").map(([, data]) => data));
        const others = all.filter((_, i) => messages[i]?.[0] !== "d");
        expect(Buffer.concat(driver)).toEqual(Buffer.concat([...others, message("d", after)]));
        expect(socket.listenerCount("data")).toBe(1);
      },
    ),
  );
});
