import type { Client } from "pg";

/**
 * Runs a statement within a savepoint: in PostgreSQL a statement that fails takes its whole
 * transaction, and the snapshot, with it.
 */
export async function withinSavepoint<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query("SAVEPOINT cutover");
  try {
    const result = await work();
    await client.query("RELEASE SAVEPOINT cutover");
    return result;
  } catch (error) {
    await client.query("ROLLBACK TO SAVEPOINT cutover").catch(() => undefined);
    throw error;
  }
}
