/**
 * Calls `work` with the first and the last of each stretch of ids that follow one another without a gap:
 * what is said of a page of records is mostly said by one statement of a range.
 */
export function eachStretch(ids: readonly number[], work: (first: number, last: number) => void): void {
  for (let i = 0; i < ids.length;) {
    let end = i + 1;
    while (end < ids.length && ids[end] === ids[end - 1]! + 1) end += 1;
    work(ids[i]!, ids[end - 1]!);
    i = end;
  }
}
