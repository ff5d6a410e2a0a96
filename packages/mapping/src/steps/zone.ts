import { zoneOf } from "../zones/zone.js";
import { declareStep, onText, same } from "./step.js";

export const zone = declareStep({
  name: "zone",
  version: 1,
  doc: "Flags a text that is no IANA time zone. A legacy offset of whole hours (`5`, `-3.0`) becomes the zone of that offset; other offsets have none and are flagged.",
  schema: { const: "iana" },
  examples: [
    { step: { zone: "iana" }, given: "Europe/Berlin", gives: "Europe/Berlin" },
    { step: { zone: "iana" }, given: "5.0", gives: "Etc/GMT-5" },
    { step: { zone: "iana" }, given: "5.5", issue: "bad-code" },
    { step: { zone: "iana" }, given: "Berlin", issue: "bad-code" },
  ],
  explain: () => "which must be an IANA time zone",
  compile: () => ({
    forward: onText((text, scope) => {
      const offset = /^([+-]?)(\d{1,2})(?:\.0+)?$/.exec(text);
      if (offset !== null) {
        const hours = Number(offset[2]);
        // The names of these zones count westward, against everybody else.
        const name = hours === 0 ? "Etc/UTC" : `Etc/GMT${offset[1] === "-" ? "+" : "-"}${hours}`;
        return zoneOf(name) === null ? scope.fail("bad-code", "zone: no such offset") : name;
      }
      return /^[A-Z]/i.test(text) && zoneOf(text) !== null
        ? text
        : scope.fail("bad-code", "zone: not a known time zone");
    }),
    back: same,
  }),
});
