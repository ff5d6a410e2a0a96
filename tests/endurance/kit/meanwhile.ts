/** Does something again and again while a command works. */
export async function meanwhile<T>(work: Promise<T>, doing: () => Promise<void>): Promise<T> {
  const state = { over: false };
  const watched = work.finally(() => (state.over = true));
  while (!state.over) await doing();
  return watched;
}
