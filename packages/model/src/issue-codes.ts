/**
 * Every code an issue can have, with what it means and what a person can do about it, before planning again.
 * A remedy names only what can be done today: at the source, in a mapping, in migration.yaml, in the target.
 * The reference documentation is made from this table.
 */
export const issueCodes = {
  // reading
  "malformed-row": ["The row could not be read as a record.", "Mend the row in the export, or take it out."],
  "bad-encoding": [
    "The text is not valid in the declared encoding.",
    "Declare the file's real encoding, or export it anew.",
  ],
  "control-character": ["The text holds control characters.", "Clean the value at the source."],
  // mapping
  "missing-key": [
    "The record has no key.",
    "Fill the key at the source, or leave such rows out by a rule under `exclude` in the mapping.",
  ],
  "required-field": [
    "A required field is empty.",
    "Fill it at the source, or give the field a `default` or another column (`coalesce`) in the mapping.",
  ],
  "unmapped-value": [
    "The value is not in the value map.",
    "Add it to the field's `map` in the mapping, or correct it at the source.",
  ],
  "bad-number": [
    "The text is not a number as declared.",
    "Mend the value at the source, or declare the number's format in the mapping.",
  ],
  "out-of-range": [
    "The number is outside the declared bounds.",
    "Mend the value at the source, or widen the bounds in the mapping.",
  ],
  "bad-date": [
    "The text is not a date as declared, or the day does not exist.",
    "Mend the value at the source, or add its pattern to the field's `date` in the mapping.",
  ],
  "ambiguous-time": [
    "The local time happened twice (clocks went back).",
    "Export it with its offset from UTC, or correct it at the source.",
  ],
  "impossible-time": [
    "The local time never happened (clocks went forward).",
    "Correct it at the source, or the time zone in the mapping's parameters.",
  ],
  "bad-boolean": [
    "The text is neither a declared yes nor a declared no.",
    "Add it to the field's `boolean` in the mapping, or mend it at the source.",
  ],
  "bad-email": [
    "The text is not an e-mail address.",
    "Mend the address at the source, or leave it empty there.",
  ],
  "bad-code": [
    "The text is not a known country, language or zone.",
    "Mend it at the source, or translate it by a `map` before the step in the mapping.",
  ],
  "bad-structure": ["The text is not of the declared structure.", "Mend the value at the source."],
  "lookup-failed": [
    "The value was not found in the reference table.",
    "Add the missing row to the table, or mend the value at the source.",
  ],
  "expression-failed": [
    "An expression could not be evaluated on the record.",
    "Mend the value at the source, or the expression in the mapping.",
  ],
  "check-failed": [
    "A check of the mapping does not hold.",
    "Mend the record at the source, or change the check under `checks` in the mapping.",
  ],
  "bad-value": [
    "The value is not of the field's kind.",
    "Mend the value at the source, or the field in the mapping.",
  ],
  "too-long": [
    "The text is longer than the field allows.",
    "Shorten it at the source, or `truncate` it in the mapping.",
  ],
  // set-wise
  "duplicate-key": [
    "Two records have the same key.",
    "Take one out at the source, or leave it out by a rule under `exclude`, or give the mapping a `key` that tells them apart.",
  ],
  "duplicate-value": [
    "Two records share a value that has to be unique.",
    "Correct one at the source, or leave one out by a rule under `exclude` in the mapping.",
  ],
  "broken-reference": [
    "The record refers to one that was not read.",
    "Export the other record too, or correct the reference at the source.",
  ],
  vanished: [
    "The record is in the target, and no longer in the source.",
    "Cutover leaves its row in the target: if it has to go, take it out there. `vanished: keep` in migration.yaml warns only.",
  ],
  dependent: [
    "The record refers to one that is flagged or excluded.",
    "See to the other record, or to the rule that leaves it out: once it moves, this one moves with it.",
  ],
  "circular-reference": ["The references run in a circle.", "Break the circle at the source."],
  "date-order": ["Two dates are in an impossible order.", "Correct one of the dates at the source."],
  "before-hire": [
    "Something happened before the person was hired.",
    "Correct one of the dates at the source, or leave such records out by a rule under `exclude` in the mapping.",
  ],
  "future-date": ["Something that has happened lies in the future.", "Correct the date at the source."],
  "outlives-rule": [
    "The award expires later than its certification allows.",
    "Correct at the source the expiry, or how long the certification is valid.",
  ],
  "score-out-of-scale": [
    "The score lies outside its scale.",
    "Correct the score at the source, or the scale in the mapping.",
  ],
  // matching
  "ambiguous-match": [
    "More than one record matches.",
    "Correct the records so that one matches, or name keys that tell them apart under `match` in migration.yaml.",
  ],
  "conflicting-match": [
    "Records match by one key and contradict by another.",
    "Correct the value that contradicts, on either side, or change the keys under `match` in migration.yaml.",
  ],
  // target
  "target-too-long": [
    "The text does not fit the target's column.",
    "`truncate` it in the mapping, or shorten it at the source.",
  ],
  "target-charset": [
    "The target does not take the characters of the text.",
    "Allow them there (the column's character set, or the setting that the mapping names), or change the text.",
  ],
  "target-rejected": [
    "The target refused the record.",
    "Look up the database's code that stands beside it, then correct the record or the mapping.",
  ],
  "no-target-value": [
    "The target has no counterpart of the value.",
    "Add it to the target, or `map` the value to one that it has.",
  ],
  "changed-since-plan": [
    "The target's record changed after the plan was made.",
    "Look at what was changed there, and which side is right.",
  ],
  "in-doubt": [
    "It cannot be told whether the target has the record.",
    "Look in the target: if it is there by half, take it out. The next plan finds what is there.",
  ],
} as const satisfies Record<string, readonly [meaning: string, remedy: string]>;

export type IssueCode = keyof typeof issueCodes;
