/**
 * Every code an issue can have, with what it means and what a person can do about it.
 * The reference documentation is made from this table.
 */
export const issueCodes = {
  // reading
  "malformed-row": ["The row could not be read as a record.", "Mend the row in the export, or exclude it."],
  "bad-encoding": [
    "The text is not valid in the declared encoding.",
    "Declare the file's real encoding, or export it anew.",
  ],
  "control-character": [
    "The text holds control characters.",
    "Clean the value at the source, or override it.",
  ],
  // mapping
  "missing-key": ["The record has no key.", "Fill the key at the source, or exclude the record."],
  "required-field": ["A required field is empty.", "Fill it at the source, or override it."],
  "unmapped-value": ["The value is not in the value map.", "Add it to the map, or override it."],
  "bad-number": ["The text is not a number as declared.", "Mend the value, or declare the number's format."],
  "out-of-range": ["The number is outside the declared bounds.", "Mend the value, or widen the bounds."],
  "bad-date": [
    "The text is not a date as declared, or the day does not exist.",
    "Mend the value, or declare the pattern.",
  ],
  "ambiguous-time": ["The local time happened twice (clocks went back).", "Say which one was meant."],
  "impossible-time": ["The local time never happened (clocks went forward).", "Say which time was meant."],
  "bad-boolean": [
    "The text is neither a declared yes nor a declared no.",
    "Add it to the vocabulary, or mend it.",
  ],
  "bad-email": ["The text is not an e-mail address.", "Mend the address, or leave it empty."],
  "bad-code": ["The text is not a known country, language or zone.", "Mend it, or map it."],
  "bad-structure": ["The text is not of the declared structure.", "Mend the value at the source."],
  "lookup-failed": [
    "The value was not found in the reference table.",
    "Add the missing row, or map the value.",
  ],
  "expression-failed": [
    "An expression could not be evaluated on the record.",
    "Mend the value, or the expression.",
  ],
  "check-failed": ["A check of the mapping does not hold.", "Mend the record, or accept it."],
  "bad-value": ["The value is not of the field's kind.", "Mend the value, or the mapping."],
  "too-long": ["The text is longer than the field allows.", "Shorten it, or truncate it in the mapping."],
  // set-wise
  "duplicate-key": ["Two records have the same key.", "Exclude one, or make the key tell them apart."],
  "duplicate-value": ["Two records share a value that has to be unique.", "Merge them, or correct one."],
  "broken-reference": [
    "The record refers to one that was not read.",
    "Extract the other record too, or map it to an existing one.",
  ],
  vanished: [
    "The record is in the target, and no longer in the source.",
    "Decide whether its row in the target has to go; Cutover leaves it there.",
  ],
  dependent: [
    "The record refers to one that is flagged or excluded.",
    "Decide the other record's flag first.",
  ],
  "circular-reference": ["The references run in a circle.", "Break the circle at the source."],
  "date-order": ["Two dates are in an impossible order.", "Correct one of the dates."],
  "before-hire": ["Something happened before the person was hired.", "Correct a date, or accept it."],
  "future-date": ["Something that has happened lies in the future.", "Correct the date."],
  "outlives-rule": [
    "The award expires later than its certification allows.",
    "Correct the expiry, or the rule.",
  ],
  "score-out-of-scale": ["The score lies outside its scale.", "Correct the score, or the scale."],
  // matching
  "ambiguous-match": ["More than one record matches.", "Say which one it is."],
  "conflicting-match": [
    "Records match by one key and contradict by another.",
    "Say whether they are the same.",
  ],
  // target
  "target-too-long": [
    "The text does not fit the target's column.",
    "Truncate it in the mapping, or shorten it.",
  ],
  "target-charset": [
    "The target's character set cannot hold the text.",
    "Change the column's character set, or the text.",
  ],
  "target-rejected": ["The target refused the record.", "See the database's reason."],
  "no-target-value": ["The target has no counterpart of the value.", "Add it to the target, or map it."],
  "changed-since-plan": ["The target's record changed after the plan was made.", "Plan again."],
  "in-doubt": ["It cannot be told whether the target has the record.", "Look in the target, then decide."],
} as const satisfies Record<string, readonly [meaning: string, remedy: string]>;

export type IssueCode = keyof typeof issueCodes;
