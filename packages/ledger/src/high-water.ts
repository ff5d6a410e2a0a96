import type { Ledger } from "./ledger.js";

export type HighWater = string | number;

/** How far an extract's rows were seen, where they were staged by this very definition; null where that is not known. */
export function highWater(
  ledger: Ledger,
  side: number,
  extract: string,
  definition: string,
): HighWater | null {
  const value = ledger
    .prepared("SELECT value FROM high_water WHERE side = ? AND extract = ? AND definition = ?")
    .pluck()
    .get(side, extract, definition) as string | undefined;
  return value === undefined ? null : (JSON.parse(value) as HighWater);
}

/** Notes how far an extract was seen; null while it is being read, or where that cannot be told. */
export function setHighWater(
  ledger: Ledger,
  side: number,
  extract: string,
  definition: string,
  value: HighWater | null,
): void {
  ledger.prepared("DELETE FROM high_water WHERE side = ? AND extract = ?").run(side, extract);
  if (value === null) return;
  ledger
    .prepared("INSERT INTO high_water (side, extract, value, definition) VALUES (?, ?, ?, ?)")
    .run(side, extract, JSON.stringify(value), definition);
}
