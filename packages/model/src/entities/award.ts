import { moment, oneOf, ref, text, type Entity, type RecordOf } from "../kinds.js";

export const award = {
  name: "award",
  doc: "A certification held by a person.",
  fields: {
    user: ref("user", "Who holds it.", { required: true }),
    certification: ref("certification", "Which certification.", { required: true }),
    kind: oneOf(["certificate", "badge"], "What the holder was given."),
    number: text("The number or code printed on it.", { personal: true, maxLength: 255 }),
    status: oneOf(["active", "expired", "revoked"], "How it stands, where the source says so."),
    issuedAt: moment("When it was issued.", { required: true }),
    expiresAt: moment("When it ends; absent means never. A day holds to its end."),
    evidence: text("Where the proof lies: a link or a document's name."),
  },
} as const satisfies Entity;

export type Award = RecordOf<typeof award>;
