import { randomBytes } from "node:crypto";
import { createServer, request, type Server as HttpServer } from "node:http";
import { acquire, tell } from "./acquire.js";
import { engines, type Engine, type Server } from "./engine.js";

/** The environment variable by which test files find the broker of their run. */
export const brokerVariable = "CUTOVER_TEST_BROKER";

const isEngine = (text: string): text is Engine => (engines as readonly string[]).includes(text);

/**
 * Shares one server of each engine among the test files of a run. A server is started when the
 * first file asks for it, so a run that needs none pays nothing. The broker's address holds a
 * secret, so that nobody else on the machine starts servers through it.
 */
export async function openBroker(): Promise<{ address: string; close(): Promise<void> }> {
  const secret = randomBytes(16).toString("hex");
  const started = new Map<Engine, Promise<Server>>();
  const start = (engine: Engine): Promise<Server> => {
    const existing = started.get(engine);
    if (existing !== undefined) return existing;
    const promise = acquire(engine).then((server) => {
      tell(server);
      return server;
    });
    started.set(engine, promise);
    return promise;
  };
  const http: HttpServer = createServer((req, res) => {
    const [, given, engine = ""] = (req.url ?? "").split("/");
    const answer = (status: number, text: string): void => {
      res.writeHead(status, { connection: "close" });
      res.end(text);
    };
    if (given !== secret || !isEngine(engine)) return answer(404, "no such engine");
    start(engine).then(
      (server) => answer(200, server.url),
      (error: unknown) => answer(500, error instanceof Error ? error.message : String(error)),
    );
  });
  const port = await new Promise<number>((resolve, reject) => {
    http.once("error", reject);
    http.listen(0, "127.0.0.1", () => {
      const address = http.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  return {
    address: `http://127.0.0.1:${port}/${secret}`,
    async close() {
      http.close();
      http.closeAllConnections();
      for (const server of await Promise.allSettled(started.values())) {
        if (server.status === "fulfilled") await server.value.stop();
      }
    },
  };
}

/** Asks the run's broker for the URL of an engine's server. */
export const askBroker = (address: string, engine: Engine): Promise<string> =>
  new Promise((resolve, reject) => {
    // Not `fetch`, which gives up before an installation is through.
    const req = request(`${address}/${engine}`, (res) => {
      let text = "";
      res.setEncoding("utf8");
      res.on("data", (part: string) => (text += part));
      res.on("end", () => (res.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    });
    req.once("error", reject);
    req.end();
  });
