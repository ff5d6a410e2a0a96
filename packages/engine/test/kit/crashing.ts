import { CutoverError, type Loader } from "@cutover/model";

/** What a test throws in place of the power going out. */
export class Crash extends Error {
  override readonly name = "Crash";
}

/** A real loader with something done around each batch it applies. */
function around(loader: Loader, apply: Loader["apply"]): Loader {
  return {
    medium: loader.medium,
    get capabilities() {
      return loader.capabilities;
    },
    describe: (tables) => loader.describe(tables),
    query: (sql) => loader.query(sql),
    reserve: (table, count) => loader.reserve(table, count),
    find: (table, by, keys, columns) => loader.find(table, by, keys, columns),
    tablesWithColumn: (prefix, columns) => loader.tablesWithColumn(prefix, columns),
    present: (table, column, values) => loader.present(table, column, values),
    apply,
    close: () => loader.close(),
  };
}

/** Dies at its nth batch: before the batch is applied, or after it was committed. */
export function crashing(loader: Loader, at: number, when: "before" | "after"): Loader {
  let applied = 0;
  return around(loader, async (batch) => {
    applied += 1;
    if (applied === at && when === "before") throw new Crash();
    await loader.apply(batch);
    if (applied === at) throw new Crash();
  });
}

/** Tells when its nth batch is applied. */
export function watched(loader: Loader, at: number, onApplied: () => void): Loader {
  let applied = 0;
  return around(loader, async (batch) => {
    await loader.apply(batch);
    applied += 1;
    if (applied === at) onApplied();
  });
}

/** Finds others' locks in its way at every batch. */
export function locked(loader: Loader): Loader {
  return around(loader, () =>
    Promise.reject(new CutoverError("query-failed", "others held locks", { recovery: "retry" })),
  );
}
