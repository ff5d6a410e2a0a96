import type { Retry } from "@cutover/engine";
import type { Streams } from "./streams.js";
import { safeLines } from "./text.js";

/** Tells people that something was out of reach and is going to be tried again. */
export const tellRetry =
  (streams: Streams) =>
  ({ error, wait }: Retry): void => {
    const seconds = wait < 1000 ? "a moment" : `${Math.round(wait / 1000)} s`;
    streams.log(`${safeLines(error.message)}; trying again in ${seconds}`);
  };
