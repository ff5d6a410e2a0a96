import {
  credits,
  duration,
  instant,
  moment,
  oneOf,
  ref,
  text,
  type Entity,
  type RecordOf,
} from "../kinds.js";

export const certification = {
  name: "certification",
  doc: "The programme a person can be certified in: how long it holds and when it can be renewed.",
  fields: {
    code: text("The certification's own code.", { maxLength: 255 }),
    name: text("Its name, in any script.", { required: true, maxLength: 1333 }),
    kind: oneOf(["certificate", "badge"], "What the holder is given."),
    description: text("What it certifies; markup as the source has it."),
    issuer: text("Who certifies.", { maxLength: 255 }),
    status: oneOf(["active", "inactive"], "Whether it is still issued."),
    validFor: duration("How long an award holds; absent means for good."),
    renewalWindow: duration("How long before expiry it can be renewed."),
    basis: oneOf(["completion", "expiry", "fixed"], "What the next expiry is counted from."),
    fixedExpiry: moment("When all awards expire, where the basis is fixed."),
    course: ref("course", "The course that leads to it, where it is one."),
    credits: credits("Continuing-education credits it earns."),
    createdAt: instant("When it was made."),
  },
} as const satisfies Entity;

export type Certification = RecordOf<typeof certification>;
