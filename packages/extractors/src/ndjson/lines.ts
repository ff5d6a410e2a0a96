import type { TextPiece } from "../files/text.js";

export interface Line {
  /** Null where the line is longer than the limit. */
  readonly text: string | null;
  readonly at: number;
  readonly suspect: boolean;
}

/** A text's lines, numbered from 1, blank ones left out. A line beyond `limit` characters is passed over unread. */
export async function* linesOf(pieces: AsyncIterable<TextPiece>, limit: number): AsyncGenerator<Line> {
  let rest = "";
  let at = 1;
  let skipping = false;
  let suspect = false;
  const line = (text: string): Line | null => {
    if (skipping || text.length > limit) return { text: null, at, suspect };
    return text.trim() === "" ? null : { text, at, suspect };
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
      at++;
      from = end + 1;
    }
    if (!skipping) rest += piece.text.slice(from);
    if (rest.length > limit) {
      skipping = true;
      rest = "";
    }
  }
  const last = line(rest);
  if (last !== null) yield last;
}
