import { hearEarly } from "./early-signals.js";

hearEarly();
await import("./main.js");
