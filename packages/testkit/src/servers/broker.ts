import { createServer, request, type Server as HttpServer } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acquire, tell } from "./acquire.js";
import { engines, type Engine, type Server } from "./engine.js";

/** The environment variable by which test files find the broker of their run. */
export const brokerVariable = "CUTOVER_TEST_BROKER";

const isEngine = (text: string): text is Engine => (engines as readonly string[]).includes(text);

/**
 * Shares one server of each engine among the test files of a run. A server is started when the
 * first file asks for it, so a run that needs none pays nothing.
 */
export async function openBroker(): Promise<{ socket: string; close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "cutover-broker-"));
  const socket = join(folder, "s");
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
    const engine = (req.url ?? "").slice(1);
    const answer = (status: number, text: string): void => {
      res.writeHead(status, { connection: "close" });
      res.end(text);
    };
    if (!isEngine(engine)) return answer(404, "no such engine");
    start(engine).then(
      (server) => answer(200, server.url),
      (error: unknown) => answer(500, error instanceof Error ? error.message : String(error)),
    );
  });
  http.requestTimeout = 0;
  http.headersTimeout = 0;
  await new Promise<void>((resolve) => http.listen(socket, resolve));
  return {
    socket,
    async close() {
      http.close();
      http.closeAllConnections();
      for (const server of await Promise.allSettled(started.values())) {
        if (server.status === "fulfilled") await server.value.stop();
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Asks the run's broker for the URL of an engine's server. */
export const askBroker = (socket: string, engine: Engine): Promise<string> =>
  new Promise((resolve, reject) => {
    const req = request({ socketPath: socket, path: `/${engine}` }, (res) => {
      let text = "";
      res.setEncoding("utf8");
      res.on("data", (part: string) => (text += part));
      res.on("end", () => (res.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    });
    req.once("error", reject);
    req.end();
  });
