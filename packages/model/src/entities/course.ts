import {
  credits,
  duration,
  instant,
  list,
  map,
  moment,
  oneOf,
  refs,
  text,
  type Entity,
  type RecordOf,
} from "../kinds.js";

export const course = {
  name: "course",
  doc: "Something that can be learned and completed: a course, a test, a curriculum, a classroom event.",
  fields: {
    code: text("The course's own code.", { maxLength: 255 }),
    version: text("Version or revision, where one code has several.", { maxLength: 64 }),
    title: text("Its title, in any script.", { required: true, maxLength: 1333 }),
    description: text("What it is about; markup as the source has it."),
    kind: oneOf(
      ["online", "classroom", "curriculum", "test", "material", "video", "external", "other"],
      "How it is taught.",
    ),
    status: oneOf(["active", "hidden", "archived"], "Whether learners can see and take it.", {
      required: true,
    }),
    languages: list("Languages it is offered in, as BCP 47 tags."),
    category: list("Category path, the root first."),
    credits: credits("Continuing-education credits its completion earns."),
    equivalents: refs("course", "Courses whose completion counts as this one's."),
    duration: duration("How long it takes."),
    startsAt: moment("From when it can be taken."),
    endsAt: moment("Until when it can be taken."),
    createdAt: instant("When it was made."),
    custom: map("The system's own further attributes, by name."),
  },
} as const satisfies Entity;

export type Course = RecordOf<typeof course>;
