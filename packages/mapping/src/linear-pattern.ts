import { RE2JS } from "re2js";

/** Characters of a pattern. Matching is linear in the text, but preparing it is not free: 60,000 characters took seconds. */
const longest = 2000;

/**
 * Prepares a regular expression that runs in linear time, whoever wrote it. Throws an Error in words where
 * it is none.
 */
export function linearPattern(pattern: string): RE2JS {
  if (pattern.length > longest) throw new Error(`it has more than ${longest} characters`);
  return RE2JS.compile(pattern);
}
