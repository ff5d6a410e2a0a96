import { conformance } from "../suite.js";
import { loaderBehaviours } from "./behaviours.js";
import { writingRoom, type LoaderMedium } from "./room.js";

/** Proves that a medium is written as every medium is. */
export function loaderConformance(medium: LoaderMedium): void {
  conformance("writing", medium.name, loaderBehaviours, medium.waivers, () => writingRoom(medium));
}
