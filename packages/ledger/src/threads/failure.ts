import { CutoverError } from "@cutover/model";

/** `SQLITE_ERROR`, `TypeError` */
const nameOf = (thrown: unknown): string =>
  thrown instanceof Error ? ((thrown as { readonly code?: string }).code ?? thrown.name) : typeof thrown;

/** What a thread tells of an error: what others say of theirs may hold a value. */
export const asOurs = (thrown: unknown, what: string): CutoverError =>
  thrown instanceof CutoverError ? thrown : new CutoverError("internal", `${what}: ${nameOf(thrown)}`);
