import { addDays, slashed } from "../calendar.js";
import type { Row } from "../table.js";
import type { Planter } from "./planter.js";

interface LineDefect {
  readonly kind: string;
  readonly about: string;
  readonly codes: readonly string[];
  /** Which of the two records the line feeds has to be flagged; the other may be. */
  readonly in: "completion" | "both";
  readonly fits?: (row: Row) => boolean;
  readonly change: (row: Row, planter: Planter) => void;
}

const scored = (row: Row): boolean => row["user_lo_score"] !== "";

const lineDefects: readonly LineDefect[] = [
  {
    kind: "time-that-never-was",
    about: "Completed at half past two in the night in which two o'clock became three.",
    codes: ["impossible-time"],
    in: "completion",
    change: (row) => (row["user_lo_comp_dt"] = "03/10/2024 02:30"),
  },
  {
    kind: "time-that-was-twice",
    about: "Completed at half past one in the night in which two o'clock became one.",
    codes: ["ambiguous-time"],
    in: "completion",
    change: (row) => (row["user_lo_comp_dt"] = "11/03/2024 01:30"),
  },
  {
    kind: "completed-without-date",
    about: "The line is completed, but nobody knows when.",
    codes: ["check-failed"],
    in: "completion",
    change: (row) => (row["user_lo_comp_dt"] = ""),
  },
  {
    kind: "completed-before-hired",
    about: "The line is completed before the person's first day.",
    codes: ["before-hire"],
    in: "completion",
    change(row, planter) {
      const person = planter.company.people.find((p) => p.id === row["transc_user_id"])!;
      const days = [-60, -50, -40].map((n) => slashed(addDays(person.hired, n)));
      row["user_lo_reg_dt"] = `${days[0]!} 10:00`;
      row["user_lo_start_dt"] = `${days[1]!} 10:00`;
      row["user_lo_comp_dt"] = `${days[2]!} 10:00`;
    },
  },
  {
    kind: "completed-in-the-future",
    about: "The line is completed at the end of the century.",
    codes: ["future-date"],
    in: "completion",
    change: (row) => (row["user_lo_comp_dt"] = "12/31/2099 12:00"),
  },
  {
    kind: "completed-before-begun",
    about: "The line is completed before it was begun.",
    codes: ["date-order"],
    in: "completion",
    change(row) {
      const year = Number(row["user_lo_comp_dt"]!.slice(6, 10));
      row["user_lo_start_dt"] = `07/15/${year + 1} 10:00`;
      if (year >= 2024) row["user_lo_start_dt"] = row["user_lo_comp_dt"]!.replace(/ .*/, " 21:30");
    },
  },
  {
    kind: "score-out-of-range",
    about: "The score is 140 of 100.",
    codes: ["out-of-range", "score-out-of-scale"],
    in: "completion",
    fits: scored,
    change: (row) => (row["user_lo_score"] = "140"),
  },
  {
    kind: "score-in-letters",
    about: "The score is no number.",
    codes: ["bad-number"],
    in: "completion",
    fits: scored,
    change: (row) => (row["user_lo_score"] = "A-"),
  },
  {
    kind: "impossible-completion-day",
    about: "Completed on a 30th of February.",
    codes: ["bad-date"],
    in: "completion",
    change: (row) => (row["user_lo_comp_dt"] = "02/30/2023 12:00"),
  },
  {
    kind: "unknown-transcript-status",
    about: "The status is not in the vocabulary.",
    codes: ["unmapped-value"],
    in: "both",
    change: (row) => (row["user_lo_status"] = "Kinda Done"),
  },
  {
    kind: "line-of-unknown-person",
    about: "The person of the line is not in the file.",
    codes: ["broken-reference"],
    in: "both",
    change: (row, planter) => (row["transc_user_id"] = `8${String(800_000 + planter.serial())}`),
  },
  {
    kind: "line-of-unknown-training",
    about: "The training of the line is not in the file.",
    codes: ["broken-reference"],
    in: "both",
    change: (row, planter) => (row["transc_object_id"] = `LO-6${String(6000 + planter.serial())}`),
  },
];

/** Defects of the transcript; the row feeds an enrollment and a completion. */
export function plantInTranscript(planter: Planter): void {
  const { transcript } = planter.tables;
  /** A completed line that is the only one of its person and training, and that both mappings take. */
  const isPlain = (row: Row): boolean =>
    row["user_lo_status"] === "Completed" &&
    row["is_latest_reg_num"] === "Yes" &&
    row["reg_num"] === "1" &&
    row["is_removed"] === "No" &&
    row["lo_type"] !== "External Training" &&
    !planter.isUsed(row["transc_user_id"]!);
  const both = (row: Row, unreadable = false) => [
    planter.spot("completion", transcript, row, unreadable),
    planter.spot("enrollment", transcript, row, unreadable),
  ];

  for (const defect of lineDefects) {
    planter.times(() => {
      const row = planter.row(transcript, (r) => isPlain(r) && (defect.fits?.(r) ?? true));
      defect.change(row, planter);
      const [completion, enrollment] = both(row);
      planter.label({
        kind: defect.kind,
        about: defect.about,
        codes: defect.codes,
        records: defect.in === "both" ? [completion!, enrollment!] : [completion!],
        related: defect.in === "both" ? [] : [enrollment!],
      });
    });
  }
  for (const [kind, about, code, change] of [
    // One fact told twice: no person is needed to see that.
    ["line-twice", "A line of the transcript is there twice.", "merged", {}],
    [
      "lines-that-contradict",
      "One registration is there twice, once completed and once withdrawn.",
      "duplicate-key",
      { user_lo_status: "Withdrawn", user_lo_comp_dt: "", user_lo_score: "", user_lo_pass: "" },
    ],
  ] as const) {
    planter.times(() => {
      const row = planter.row(transcript, isPlain);
      const again = planter.insert(transcript, { ...row, ...change });
      for (const i of [0, 1]) {
        const records = [both(row)[i]!, both(again)[i]!];
        planter.label({ kind, about, codes: [code], need: "any", records });
      }
    });
  }
  planter.times(() => {
    const row = planter.row(transcript, isPlain);
    planter.damage(transcript, row, (line) => Buffer.from(`${line},surplus,cells`, "utf8"));
    planter.label({
      kind: "surplus-cells",
      about: "The line has more cells than the header.",
      codes: ["malformed-row"],
      records: both(row, true),
    });
  });
}
