import { instant, moment, oneOf, ref, text, type Entity, type RecordOf } from "../kinds.js";

export const enrollment = {
  name: "enrollment",
  doc: "A person's place in a course, as learner or in another role.",
  fields: {
    user: ref("user", "Who is enrolled.", { required: true }),
    course: ref("course", "In which course.", { required: true }),
    role: oneOf(["learner", "instructor", "assistant", "manager", "other"], "As what.", {
      required: true,
    }),
    session: text("The session of a classroom course.", { maxLength: 255 }),
    status: oneOf(["active", "suspended", "ended"], "Whether the place can be used.", {
      required: true,
    }),
    method: text("How the place came about (manual, self, cohort, assignment).", { maxLength: 64 }),
    enrolledAt: moment("When the person was enrolled."),
    startsAt: moment("From when the place counts."),
    endsAt: moment("Until when the place counts."),
    createdAt: instant("When the row was made."),
  },
} as const satisfies Entity;

export type Enrollment = RecordOf<typeof enrollment>;
