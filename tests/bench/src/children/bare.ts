import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { Phase, Urls } from "../bare/phase.js";
import { Turns } from "../bare/turns.js";

/** One phase, shared by two threads; tells the sum of what both have counted. */
const phases: Readonly<Record<string, () => Promise<Phase<unknown, unknown>>>> = {
  plan: async () => (await import("../bare/plan.js")).plan as Phase<unknown, unknown>,
  run: async () => (await import("../bare/run.js")).run as Phase<unknown, unknown>,
  reconcile: async () => (await import("../bare/reconcile.js")).reconcile as Phase<unknown, unknown>,
};

/** In megabytes: room for what a piece makes, so that little of it is moved before it is forgotten. */
const resourceLimits = { maxYoungGenerationSizeMb: 64 };

interface Task {
  readonly given: unknown;
  readonly turns: SharedArrayBuffer;
}

async function first(name: string, urls: Urls): Promise<number> {
  const phase = await phases[name]!();
  const release = await phase.hold?.(urls);
  const worker = new Worker(new URL(import.meta.url), { workerData: { name, urls }, resourceLimits });
  worker.on("error", (error) => {
    throw error;
  });
  const ready = once(worker, "message");
  const tools = await phase.open(urls);
  const given = await phase.begin(tools);
  await ready;
  await release?.();
  const turns = new Turns();
  const other = once(worker, "message") as Promise<[number]>;
  worker.postMessage({ given, turns: turns.shared } satisfies Task);
  const own = await phase.share(tools, given, turns);
  const [others] = await other;
  const more = await phase.end(tools, given);
  await phase.close(tools);
  return own + others + more;
}

async function second({ name, urls }: { readonly name: string; readonly urls: Urls }): Promise<void> {
  const phase = await phases[name]!();
  const tools = await phase.open(urls);
  const task = once(parentPort!, "message") as Promise<[Task]>;
  parentPort!.postMessage("ready");
  const [{ given, turns }] = await task;
  const shared = new Turns(turns);
  try {
    const counted = await phase.share(tools, given, shared);
    await phase.close(tools);
    parentPort!.postMessage(counted);
  } catch (error) {
    shared.fail();
    throw error;
  }
}

if (isMainThread) {
  const [name, source, target] = process.argv.slice(2) as [string, string, string];
  process.stdout.write(String(await first(name, { source, target })));
} else await second(workerData as never);
