import { setFlagsFromString } from "node:v8";
import { hearEarly } from "./early-signals.js";

hearEarly();
// What lived for a while is looked through for garbage when it has doubled. Left to itself, V8 waits until there is
// four times as much: with a million records that is a hundred megabytes, of pages that were done with long ago.
setFlagsFromString("--heap-growing-percent=100");
await import("./main.js");
