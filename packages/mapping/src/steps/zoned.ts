import type { Zone } from "../zones/zone.js";
import { zoneOf } from "../zones/zone.js";
import type { Scope } from "../scope.js";
import { failed, toText, type Failed } from "../value.js";
import { StepError, type StepContext } from "./step.js";

/** A zone as a step's `zone` says it: a name, a parameter (`param.zone`), or `{ from: column }`. */
export const zoneSchema = {
  anyOf: [
    { type: "string", minLength: 1 },
    {
      type: "object",
      properties: { from: { type: "string", minLength: 1 } },
      required: ["from"],
      additionalProperties: false,
    },
  ],
} as const;

/** Which part of a day an instant stands for, where the day alone is known. */
export const daySchema = { enum: ["start", "end"] } as const;

/** The zone of a record. */
export type ZoneGetter = (scope: Scope) => Zone | Failed;

/** Compiles a `zone` option; null where there is none. Throws StepError for a name that is no zone. */
export function zoneGetter(option: unknown, context: StepContext): ZoneGetter | null {
  if (option === undefined) return null;
  if (typeof option === "string") {
    const name = context.text(option, "/zone");
    const zone = zoneOf(name);
    if (zone === null)
      throw new StepError(`"${name}" is no time zone`, "/zone", "Name an IANA zone such as Europe/Berlin.");
    return () => zone;
  }
  const get = context.getter((option as { from: string }).from, "/zone/from");
  return (scope) => {
    const value = get(scope);
    if (value === failed) return failed;
    const text = value === null ? null : toText(value);
    if (text === null) return scope.fail("bad-code", "zone: the record names no time zone");
    return zoneOf(text.trim()) ?? scope.fail("bad-code", "zone: not a known time zone");
  };
}

/** The zone where it is one and the same for every record; for `back`, which has no record at hand. */
export function fixedZone(option: unknown, context: StepContext): Zone | null {
  return typeof option === "string" ? zoneOf(context.text(option, "/zone")) : null;
}

export const zoneNames = (option: unknown): readonly { name: string; pointer: string }[] =>
  typeof option === "object" && option !== null && "from" in option
    ? [{ name: String(option.from), pointer: "/zone/from" }]
    : [];

export const zoneInWords = (option: unknown): string =>
  option === undefined
    ? ""
    : typeof option === "string"
      ? ` in the zone ${option}`
      : ` in the zone that \`${(option as { from: string }).from}\` names`;

/** The UTC seconds of a local time; flagged where it never was, or was twice. */
export function resolveLocal(zone: Zone, local: number, scope: Scope): number | Failed {
  const utc = zone.toUtc(local);
  if (!Number.isNaN(utc)) return utc;
  return scope.fail(
    zone.candidates(local).length === 0 ? "impossible-time" : "ambiguous-time",
    `a change of clocks in ${zone.name}`,
  );
}
