import type { Row } from "../table.js";
import type { Planter } from "./planter.js";

/** Defects of the catalogue, planted in drafts nobody has taken yet, so that they have few dependents. */
export function plantInTraining(planter: Planter): void {
  const { training } = planter.tables;
  const draft = (over: Row): Row => {
    const n = planter.serial();
    const like = planter.company.trainings[0]!.row;
    return planter.insert(training, {
      ...like,
      lo_object_id: `LO-9${String(n).padStart(4, "0")}`,
      lo_code: `DRAFT-${n}`,
      lo_version: "1.0",
      lo_title: `Draft ${n}`,
      lo_type: "Online Course",
      lo_active: "No",
      lo_equivalents: "",
      ...over,
    });
  };
  const one = (kind: string, about: string, code: string, over: () => Row): void =>
    planter.times(() => {
      const row = draft(over());
      planter.label({ kind, about, codes: [code], records: [planter.spot("course", training, row)] });
    });

  one("untitled-course", "The training has no title.", "required-field", () => ({ lo_title: "" }));
  one("over-long-title", "The title has 1,500 characters.", "too-long", () => ({
    lo_title: "Lorem".repeat(300),
  }));
  one("unknown-training-type", "The type is not in the vocabulary.", "unmapped-value", () => ({
    lo_type: "Hologram",
  }));
  one("credits-in-words", "The credits are no number.", "bad-number", () => ({
    lo_credits: "one and a half",
  }));
  one("unknown-course-language", "One of the languages does not exist.", "bad-code", () => ({
    lo_languages: "en-US;Marsianisch_2",
  }));
  one(
    "ends-before-it-starts",
    "The training can be taken until before it can be taken.",
    "date-order",
    () => ({
      lo_start_date: "06/01/2024",
      lo_end_date: "05/01/2024",
    }),
  );
  one("equivalent-to-nothing", "The equivalent training is not in the file.", "broken-reference", () => ({
    lo_equivalents: `LO-7${planter.serial()}`,
  }));
  planter.times(() => {
    const code = `TWICE-${planter.serial()}`;
    const records = [draft({ lo_code: code }), draft({ lo_code: code })];
    planter.label({
      kind: "course-code-twice",
      about: "Two trainings have one code and version.",
      codes: ["duplicate-value"],
      need: "any",
      records: records.map((row) => planter.spot("course", training, row)),
    });
  });
}
