import { CutoverError, type ErrorCode, type Stage } from "@cutover/model";

/** What a driver's error means for us, told by its code. */
export type FaultKind =
  /** The row itself is refused. */
  | "unique"
  | "foreign-key"
  | "not-null"
  | "check"
  | "too-long"
  | "bad-value"
  /** The database's encoding has no such character. */
  | "unspellable"
  | "too-large"
  /** The same again can succeed. */
  | "deadlock"
  | "lock-timeout"
  | "serialization"
  | "cancelled"
  /** The server. */
  | "unreachable"
  | "connection-lost"
  | "refused-login"
  /** The statement or the schema. */
  | "missing"
  | "syntax"
  | "permission"
  | "read-only"
  | "full"
  | "other";

/** Which end of the migration a database is. */
export type Role = "source" | "target";

const rowKinds: ReadonlySet<FaultKind> = new Set([
  "unique",
  "foreign-key",
  "not-null",
  "check",
  "too-long",
  "bad-value",
  "unspellable",
  "too-large",
]);
const repeatableKinds: ReadonlySet<FaultKind> = new Set([
  "deadlock",
  "lock-timeout",
  "serialization",
  "cancelled",
]);

const explained: Readonly<Partial<Record<FaultKind, string>>> = {
  missing: "a table or column it names does not exist",
  syntax: "it does not understand the statement",
  permission: "the user lacks the privilege",
  "read-only": "it is read-only",
  full: "it has no room left",
  deadlock: "others held locks it needed",
  "lock-timeout": "others held locks it needed",
  serialization: "others changed the same data",
  cancelled: "somebody stopped it, or it took longer than the server allows",
};

const goesOn = "then give the command again: it goes on where it was stopped.";

/** What a person can do, where the same again cannot succeed by itself. */
const remedies: Readonly<Partial<Record<FaultKind, string>>> = {
  "connection-lost": `See that the server runs and can be reached, ${goesOn}`,
  "read-only": `Make the database writable (is it a standby, or closed for maintenance?), ${goesOn}`,
  full: `Make room for the database, ${goesOn}`,
  permission: `Give the user the privilege, ${goesOn}`,
  deadlock: `Find out who else works on the same tables, ${goesOn}`,
  "lock-timeout": `Find out who holds locks on its tables and let them finish, ${goesOn}`,
  serialization: `Find out who else works on the same tables, ${goesOn}`,
  cancelled: `Find out who or what stops statements there, ${goesOn}`,
};

/**
 * A database's error without its text: messages and details of drivers quote values and
 * statements, so only the code and the stack go on.
 */
export class SqlFault extends CutoverError {
  readonly kind: FaultKind;

  /** @param what what is wrong, where more is known than that nobody answered */
  constructor(
    kind: FaultKind,
    driverCode: string,
    role: Role,
    cause: unknown,
    remedy?: string,
    what?: string,
  ) {
    super(codeOf(kind, role), messageOf(kind, driverCode, role, what), {
      stage: stageOf(role),
      recovery:
        repeatableKinds.has(kind) || kind === "connection-lost" || kind === "unreachable" ? "retry" : "abort",
      driverCode,
      remedy: remedy ?? remedies[kind],
      cause: scrub(cause, driverCode),
    });
    this.kind = kind;
  }

  /** The data was refused, not the statement: a smaller batch can go through. */
  get refusesRows(): boolean {
    return rowKinds.has(this.kind);
  }

  /** The same transaction can succeed when it is tried again. */
  get repeatable(): boolean {
    return repeatableKinds.has(this.kind);
  }
}

const stageOf = (role: Role): Stage => (role === "source" ? "extract" : "load");

function codeOf(kind: FaultKind, role: Role): ErrorCode {
  if (kind === "connection-lost") return "connection-lost";
  if (kind === "unreachable" || kind === "refused-login") return `${role}-unreachable`;
  return "query-failed";
}

function messageOf(kind: FaultKind, driverCode: string, role: Role, what?: string): string {
  if (what !== undefined) return `${what} (${driverCode})`;
  if (kind === "unreachable") return `the ${role}'s database did not answer (${driverCode})`;
  if (kind === "refused-login") return `the ${role}'s database refused the connection (${driverCode})`;
  if (kind === "connection-lost") return `the connection to the ${role}'s database was lost (${driverCode})`;
  const why = explained[kind];
  return `the ${role}'s database refused a statement (${driverCode})${why === undefined ? "" : `: ${why}`}`;
}

/** The cause's type and stack, without its message. */
function scrub(cause: unknown, driverCode: string): Error {
  const scrubbed = new Error(`driver error ${driverCode}`);
  if (cause instanceof Error) {
    scrubbed.name = cause.name;
    const frames = (cause.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
    scrubbed.stack = [`${cause.name}: ${scrubbed.message}`, ...frames].join("\n");
  }
  return scrubbed;
}
