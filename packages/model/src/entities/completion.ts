import {
  credits,
  decimal,
  duration,
  moment,
  oneOf,
  ref,
  text,
  type Entity,
  type RecordOf,
} from "../kinds.js";

export const completion = {
  name: "completion",
  doc: "One attempt of a person at a course, or at training outside the catalogue, and how it ended.",
  fields: {
    user: ref("user", "Whose attempt.", { required: true }),
    course: ref("course", "At which course; absent for external training."),
    title: text("Title of external training, which has no course.", { maxLength: 1333 }),
    attempt: text("The source's own identity of the attempt (registration number).", { maxLength: 255 }),
    status: oneOf(
      ["not_started", "in_progress", "completed", "passed", "failed", "waived", "withdrawn"],
      "How it stands.",
      { required: true },
    ),
    enrolledAt: moment("When the person was registered for it."),
    startedAt: moment("When the person began."),
    completedAt: moment("When it was completed, passed, failed or waived."),
    dueAt: moment("When it had to be done."),
    score: decimal("The score, on its own scale."),
    scoreMin: decimal("Least score of the scale."),
    scoreMax: decimal("Greatest score of the scale."),
    credits: credits("Continuing-education credits earned."),
    timeSpent: duration("Time spent."),
    provider: text("Who gave external training.", { maxLength: 255 }),
    comment: text("Reason or remark, such as the ground of a waiver.", { personal: true }),
  },
} as const satisfies Entity;

export type Completion = RecordOf<typeof completion>;
