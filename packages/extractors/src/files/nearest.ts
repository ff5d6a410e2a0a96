/** How many letters have to change to make one text the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The candidate a person most likely meant, or null when none is near. */
export function nearest(name: string, candidates: readonly string[]): string | null {
  let best: string | null = null;
  let fewest = Math.max(2, Math.floor(name.length / 3)) + 1;
  const wanted = name.slice(0, 64).toLowerCase();
  for (const candidate of candidates.slice(0, 500)) {
    const changes = distance(wanted, candidate.slice(0, 64).toLowerCase());
    if (changes < fewest) {
      best = candidate;
      fewest = changes;
    }
  }
  return best;
}
