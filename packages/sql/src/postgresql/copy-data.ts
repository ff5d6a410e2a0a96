import type { Socket } from "node:net";
import { CutoverError } from "@cutover/model";

const headerLength = 5;
const copyData = 100;
const readyForQuery = 90;
/** No message of a server is called by anything but a letter or a digit. */
const leastCode = 48;
const greatestCode = 122;

/** Takes what one message holds: the bytes from a place up to another; they are good for the length of the call. */
export type TakeData = (bytes: Buffer, from: number, to: number) => void;

/**
 * Takes the rows of a COPY as a connection receives them, until the query is over, and hands all else to the
 * driver, message by message: it would make a buffer, a message and an event of every row. Call it before the
 * query is sent.
 */
export function takeCopyData(socket: Socket, take: TakeData): void {
  const driver = socket.listeners("data") as ((chunk: Buffer) => void)[];
  const tell = (chunk: Buffer): void => {
    for (const listener of driver) listener.call(socket, chunk);
  };
  /** A message that is not all here, and how many bytes have to be here to go on with it. */
  let begun: Buffer[] = [];
  let here = 0;
  let needed = 0;

  const receive = (chunk: Buffer): void => {
    begun.push(chunk);
    here += chunk.length;
    if (here < needed) return;
    const bytes = begun.length === 1 ? chunk : Buffer.concat(begun);
    let at = 0;
    needed = headerLength;
    while (at + headerLength <= bytes.length) {
      const code = bytes[at]!;
      if (code < leastCode || code > greatestCode) {
        socket.destroy(new CutoverError("internal", "PostgreSQL sends what is no message"));
        return;
      }
      const length = 1 + bytes.readUInt32BE(at + 1);
      const end = at + length;
      if (end > bytes.length) {
        needed = length;
        break;
      }
      if (code === copyData) take(bytes, at + headerLength, end);
      else if (code === readyForQuery) {
        socket.removeListener("data", receive);
        for (const listener of driver) socket.on("data", listener);
        // What comes after it is none of ours.
        tell(bytes.subarray(at));
        return;
      } else tell(bytes.subarray(at, end));
      at = end;
    }
    begun = at < bytes.length ? [bytes.subarray(at)] : [];
    here = bytes.length - at;
  };

  for (const listener of driver) socket.removeListener("data", listener);
  socket.on("data", receive);
}
