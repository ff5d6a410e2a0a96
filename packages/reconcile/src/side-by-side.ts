/** A piece of work that can be stopped. */
export type Work = (signal: AbortSignal) => Promise<void>;

/**
 * Does several pieces of work side by side, and waits for all of them. When one fails the others are
 * stopped; what is thrown is what failed first, and not that the others were stopped for it.
 */
export async function sideBySide(signal: AbortSignal | undefined, works: readonly Work[]): Promise<void> {
  const failing = new AbortController();
  const either = signal === undefined ? failing.signal : AbortSignal.any([signal, failing.signal]);
  const failures: unknown[] = [];
  await Promise.all(
    works.map(async (work) => {
      try {
        await work(either);
      } catch (failure) {
        failures.push(failure);
        failing.abort();
      }
    }),
  );
  if (failures.length > 0) throw failures[0];
}
