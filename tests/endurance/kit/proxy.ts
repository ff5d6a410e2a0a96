import { connect, createServer, type Socket } from "node:net";

/** What happens to a connection when it sends COMMIT. */
export type Fate =
  /** The server never hears of it. */
  | "cut before"
  /** The server commits, and nobody hears of that. */
  | "cut after"
  /** The connection is gone for the client; the server commits a while later. */
  | "late"
  /** The connection is gone for the client; the server waits on, with its locks. */
  | "lost";

export interface Proxy {
  /** The same database, through the proxy. */
  readonly through: (url: string) => string;
  /** Decides the fate of the nth COMMIT, counted from 1; undefined lets it pass. */
  fate: (nth: number) => Fate | undefined;
  /** How many fates were met. */
  readonly met: number;
  /** Cuts all connections now. */
  cut(): void;
  close(): Promise<void>;
}

/** How much later a late COMMIT comes to the server, in milliseconds: after the first attempt to go on. */
const lateness = 2_500;

/** COMMIT as the drivers send it, PostgreSQL's by the simple protocol, MariaDB's as a query: the last thing in a packet. */
const endsInCommit = (data: Buffer): boolean =>
  data.subarray(-7).toString("latin1") === "COMMIT\0" || data.subarray(-6).toString("latin1") === "COMMIT";

/** Stands between a client and a server, on loopback and in plain text. */
export async function openProxy(server: string): Promise<Proxy> {
  const { hostname, port } = new URL(server);
  const sockets = new Set<Socket>();
  let commits = 0;
  let met = 0;
  const proxy = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => sockets.delete(socket));
    }
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    let alone = false;
    const endIfNotAlone = (): void => {
      if (!alone) end();
    };
    client.on("close", endIfNotAlone);
    upstream.on("close", end);
    upstream.on("data", (data) => {
      if (!client.destroyed) client.write(data);
    });
    client.on("data", (data) => {
      const fate = endsInCommit(data) ? self.fate(++commits) : undefined;
      if (fate === undefined) {
        upstream.write(data);
        return;
      }
      met += 1;
      if (fate === "cut before") return end();
      alone = true;
      if (fate === "cut after") {
        client.pause();
        upstream.removeAllListeners("data");
        upstream.once("data", end);
        upstream.write(data);
        return;
      }
      client.destroy();
      upstream.on("data", () => undefined);
      if (fate === "late") setTimeout(() => upstream.end(data), lateness);
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  const self: Proxy = {
    through: (url) => {
      const seen = new URL(url);
      seen.hostname = "127.0.0.1";
      seen.port = String(own);
      return seen.toString();
    },
    fate: () => undefined,
    get met() {
      return met;
    },
    cut: () => sockets.forEach((socket) => socket.destroy()),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
  return self;
}
