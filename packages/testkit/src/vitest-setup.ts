import { brokerVariable, openBroker } from "./servers/broker.js";

/** vitest's global setup: one broker a run, whose servers end with the run. */
export async function setup(): Promise<() => Promise<void>> {
  if (process.env[brokerVariable] !== undefined) return () => Promise.resolve();
  const broker = await openBroker();
  process.env[brokerVariable] = broker.address;
  return async () => {
    delete process.env[brokerVariable];
    await broker.close();
  };
}
