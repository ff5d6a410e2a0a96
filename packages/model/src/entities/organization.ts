import { map, oneOf, ref, text, type Entity, type RecordOf } from "../kinds.js";

export const organization = {
  name: "organization",
  doc: "A part of the company people belong to: company, division, department, location, cohort.",
  fields: {
    code: text("The organization's own code, unique within its system.", { maxLength: 255 }),
    name: text("Its name, in any script.", { required: true, maxLength: 1333 }),
    kind: oneOf(
      ["company", "division", "department", "location", "cohort", "other"],
      "What kind of part it is.",
    ),
    parent: ref("organization", "The organization it is a part of."),
    description: text("Free text about it."),
    status: oneOf(["active", "inactive"], "Whether people can still be placed in it."),
    custom: map("The system's own further attributes, by name."),
  },
} as const satisfies Entity;

export type Organization = RecordOf<typeof organization>;
