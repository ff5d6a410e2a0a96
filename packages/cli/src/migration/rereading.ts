import { persist, type PersistOptions } from "@cutover/engine";
import type { Side } from "@cutover/intake";

/** Few: each time everything is read once more. */
const waits = [2_000, 15_000, 45_000] as const;

/** Does work that reads sides from their beginning, and begins it anew when one of them was out of reach. */
export async function rereading<T>(
  sides: readonly Side[],
  options: Omit<PersistOptions, "progress" | "waits">,
  work: () => Promise<T>,
): Promise<T> {
  let again = false;
  return persist(
    async () => {
      // What was read so far is of a state that nobody holds any more.
      if (again) for (const { extractor } of sides) await extractor.release?.();
      again = true;
      return work();
    },
    { ...options, waits },
  );
}
