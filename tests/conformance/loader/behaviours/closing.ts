import { expect } from "vitest";
import { column, id } from "../../values.js";
import { inserted, type LoaderBehaviour } from "../room.js";

const columns = [id, column("name", "text", { maxLength: 20 })];

export const appliedIsThere: LoaderBehaviour = {
  promise: "has written a batch, for all to see, when it says so",
  async prove(room) {
    const table = await room.make(columns);
    const loader = await room.open();
    await loader.apply(inserted(table, [[1, "a"]]));
    expect(await room.target.look(table)).toEqual([["1", "a"]]);
  },
};

export const loadersTakeTurns: LoaderBehaviour = {
  promise: "takes turns with others who write the same table",
  async prove(room) {
    const table = await room.make(columns);
    const loaders = await Promise.all([room.open(), room.open()]);
    for (let round = 0; round < 3; round++) {
      for (const [l, loader] of loaders.entries()) {
        const first = l * 10_000 + round * 100;
        await loader.apply(
          inserted(
            table,
            Array.from({ length: 100 }, (_, i) => [first + i, `of ${l}`]),
          ),
        );
        const found = await loaders[1 - l]!.find(table, ["id"], [[first]], ["name"]);
        expect(found).toEqual([{ name: `of ${l}` }]);
      }
    }
    expect((await room.look(table)).length).toBe(600);
  },
};

export const closingLetsGo: LoaderBehaviour = {
  promise: "holds nothing of the target once it is closed, also after a refusal, also twice",
  async prove(room) {
    const table = await room.make(columns);
    const idle = await room.open();
    await idle.close();
    const loader = await room.open();
    await loader.apply(inserted(table, [[1, "a"]]));
    const wrong = inserted(table, [[2, "x".repeat(21)]]);
    await expect(loader.apply(wrong)).rejects.toMatchObject({ name: "RowRejected" });
    await expect(loader.query("SELECT x FROM secret_nowhere")).rejects.toMatchObject({
      code: "query-failed",
    });
    await loader.apply(inserted(table, [[2, "b"]]));
    await loader.close();
    await loader.close();
    await expect.poll(() => room.target.held()).toBe(0);
    expect(await room.look(table)).toEqual([
      ["1", "a"],
      ["2", "b"],
    ]);
  },
};

export const closedIsClosed: LoaderBehaviour = {
  promise: "refuses to be used after it was closed",
  async prove(room) {
    const table = await room.make(columns, { id: "id" });
    const loader = await room.open();
    await loader.apply(inserted(table, [[1, "a"]]));
    await loader.close();
    for (const use of [
      () => loader.apply(inserted(table, [[2, "b"]])),
      () => loader.find(table, ["id"], [[1]], ["name"]),
      () => loader.query("SELECT 1 AS one"),
      () => loader.describe([table]),
      () => loader.reserve(table, 1),
      () => loader.present(table, "id", [1]),
    ]) {
      await expect(use()).rejects.toMatchObject({ code: "internal" });
    }
    await expect.poll(() => room.target.held()).toBe(0);
    expect(await room.look(table)).toEqual([["1", "a"]]);
  },
};
