/** Elements within each other. The deepest of the known formats, a Moodle backup, has some twenty. */
export const maxDepth = 100;

/** Attributes of one element. */
export const maxAttributes = 256;

/** Elements of one record, of those that columns want; each takes memory, however short its name. */
export const maxElements = 200_000;

/** Characters of one tag with its attributes, give or take a piece of the file. */
export const maxTag = 1024 * 1024;

/** Characters that are held until they make sense: one text, or comments without anything between. */
export const maxToken = (maxRecord: number): number => 4 * maxRecord + 1024 * 1024;
