import type { TextPiece } from "../files/text.js";

export interface Line {
  /** Null where the line is longer than the limit. */
  readonly text: string | null;
  readonly at: number;
  readonly suspect: boolean;
}

/** What a line has that is not blank. No-break spaces and the like are no white space of JSON: such a line is told of. */
const filled = /[^\t-\r ]/;

/** A text's lines, numbered from 1, blank ones left out. A line beyond `limit` characters is passed over unread. */
export async function* linesOf(pieces: AsyncIterable<TextPiece>, limit: number): AsyncGenerator<Line> {
  let rest = "";
  let at = 1;
  let skipping = false;
  let suspect = false;
  /** Whether what was passed over of a line is more than blanks. */
  let lost = false;
  const line = (text: string): Line | null => {
    if (!lost && !filled.test(text)) return null;
    return { text: skipping || text.length > limit ? null : text, at, suspect };
  };
  for await (const piece of pieces) {
    suspect ||= piece.suspect;
    let from = 0;
    for (;;) {
      const end = piece.text.indexOf("\n", from);
      if (end < 0) break;
      const found = line(rest + piece.text.slice(from, end));
      if (found !== null) yield found;
      rest = "";
      skipping = false;
      lost = false;
      at++;
      from = end + 1;
    }
    rest += piece.text.slice(from);
    if (skipping || rest.length > limit) {
      skipping = true;
      lost ||= filled.test(rest);
      rest = "";
    }
  }
  const last = line(rest);
  if (last !== null) yield last;
}
