import { cutover } from "./cutover.js";
import type { Program } from "./program.js";

export const programs: readonly Program[] = [cutover];
