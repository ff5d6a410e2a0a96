/** Reasons that more than one medium gives. */
export const noResume =
  "An extractor starts anew: what was staged before keeps its ids by its keys, so nothing is read twice into the ledger.";
