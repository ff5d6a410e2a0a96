import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const fields = (text: string): Buffer =>
  Buffer.from(
    [
      "SFATAL",
      "VFATAL",
      `C${text}`,
      `MI was told ${text}`,
      `D${text}\n    at ${text} (${text}:1:1)`,
      `n${text}`,
      `t${text}`,
      "",
    ].join("\0") + "\0",
  );

export interface TellingServer {
  readonly port: number;
  /** What it was told. */
  readonly passwords: readonly string[];
  close(): Promise<void>;
}

/**
 * Speaks PostgreSQL's protocol as far as asking for a password in clear text, and then repeats it in all
 * that an error and a notice can say: a server that somebody else has put in the place of the right one.
 */
export async function tellingServer(): Promise<TellingServer> {
  const passwords: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    let begun = false;
    socket.on("data", (data) => {
      if (!begun) {
        begun = true;
        socket.write(message("R", Buffer.from([0, 0, 0, 3])));
        return;
      }
      if (data[0] !== "p".charCodeAt(0)) return;
      const password = data.subarray(5, -1).toString();
      passwords.push(password);
      socket.write(message("N", fields(password)));
      socket.end(message("E", fields(password)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    passwords,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
