import { conformance } from "../suite.js";
import { extractorBehaviours } from "./behaviours.js";
import { readingRoom, type ExtractorMedium } from "./room.js";

/** Proves that a medium is read as every medium is. */
export function extractorConformance(medium: ExtractorMedium): void {
  conformance("reading", medium.name, extractorBehaviours, medium.waivers, () => readingRoom(medium));
}
