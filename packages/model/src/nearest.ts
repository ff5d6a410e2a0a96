/** Edits (insert, delete, replace, swap neighbours) between two words. */
function distance(a: string, b: string): number {
  const width = b.length + 1;
  const table = Array.from({ length: (a.length + 1) * width }, (_, i) =>
    i < width ? i : i % width === 0 ? i / width : 0,
  );
  const cell = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(cell(i - 1, j) + 1, cell(i, j - 1) + 1, cell(i - 1, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, cell(i - 2, j - 2) + 1);
      }
      table[i * width + j] = least;
    }
  }
  return cell(a.length, b.length);
}

/** The valid name that was most likely meant, or null where none is near. */
export function nearest(name: string, valid: Iterable<string>): string | null {
  if (name.length > 64) return null;
  const wanted = name.toLowerCase();
  let best: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of valid) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const edits = distance(wanted, candidate.toLowerCase());
    if (edits < least) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}

/** The remedy for an unknown name: the nearest valid one, or all of them where they are few. */
export function suggest(name: string, valid: Iterable<string>): string | undefined {
  const names = [...valid];
  const near = nearest(name, names);
  if (near !== null) return `Did you mean \`${near}\`?`;
  if (names.length === 0 || names.length > 12) return undefined;
  return `Known: ${names.map((n) => `\`${n}\``).join(", ")}.`;
}
