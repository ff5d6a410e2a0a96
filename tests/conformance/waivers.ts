/** Reasons that more than one medium gives. */
export const noResume =
  "A reading that was cut off begins anew; ids stay, since a record is known by its key.";
