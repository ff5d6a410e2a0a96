import { setFlagsFromString } from "node:v8";
import { hearEarly } from "./early-signals.js";

hearEarly();
// Records come by in pages, and are forgotten with them. What is remembered comes first, and V8 takes what is made
// later in the same places for lasting, too; what has lasted it looks through when there is four times as much of
// it. So a hundred megabytes of pages would pile up that were done with long ago.
setFlagsFromString("--no-allocation-site-pretenuring");
setFlagsFromString("--heap-growing-percent=100");
await import("./main.js");
