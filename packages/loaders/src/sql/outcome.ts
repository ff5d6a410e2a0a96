import { RowRejected } from "@cutover/model";
import { SqlFault, type Outcome, type TableShape } from "@cutover/sql";

/** @throws RowRejected where the database did something else, or warned that it did. */
export function expectRows({ affected, warnings }: Outcome, rows: number, shape: TableShape): void {
  if (warnings.length > 0) throw new RowRejected(warnings.join(","), shape.table, undefined);
  if (affected !== rows) throw new RowRejected("row-count", shape.table, undefined);
}

/** Turns the database's refusal of rows into the engine's; where it is of a whole transaction, it names no table. */
export async function refusals<T>(shape: TableShape | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SqlFault && error.refusesRows) {
      throw new RowRejected(error.driverCode ?? error.kind, shape?.table ?? null, error);
    }
    throw error;
  }
}
