import type { ServerAddress } from "../address.js";
import type { SessionOptions } from "../database.js";
import type { Session } from "../session.js";

export async function openMysql(_address: ServerAddress, _options: SessionOptions): Promise<Session> {
  throw new Error("not yet");
}
