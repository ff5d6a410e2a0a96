import { CutoverError } from "@cutover/model";
import { SqlFault, type FaultKind, type Role } from "../fault.js";

/** By SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html. The first prefix that fits decides. */
const kinds: readonly (readonly [prefix: string, kind: FaultKind])[] = [
  ["23505", "unique"],
  ["23P01", "unique"],
  ["23503", "foreign-key"],
  ["23502", "not-null"],
  ["23", "check"],
  ["P0001", "check"],
  ["22001", "too-long"],
  ["22P05", "unspellable"],
  ["22", "bad-value"],
  ["428C9", "bad-value"],
  ["54000", "too-large"],
  ["40P01", "deadlock"],
  ["40003", "connection-lost"],
  ["40", "serialization"],
  ["57014", "cancelled"],
  ["55P03", "lock-timeout"],
  ["57P0", "connection-lost"],
  ["08", "connection-lost"],
  ["25P03", "connection-lost"],
  ["25P04", "connection-lost"],
  ["28", "refused-login"],
  ["3D000", "refused-login"],
  ["53300", "unreachable"],
  ["53", "full"],
  ["25006", "read-only"],
  ["42501", "permission"],
  ["42P01", "missing"],
  ["42703", "missing"],
  ["3F000", "missing"],
  ["42", "syntax"],
];

/** What the operating system says of a connection. */
const network: ReadonlySet<string> = new Set([
  "ECONNRESET",
  "ECONNREFUSED",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENOENT",
  "EACCES",
]);

/**
 * A driver's code: an SQLSTATE where the server sent the error, a word of the system's or the TLS library's
 * else. What a server sends in its place is not believed: it has been told the password, and could tell it.
 */
function codeOf(error: unknown): string | null {
  if (error === null || typeof error !== "object" || !("code" in error)) return null;
  const code = String(error.code);
  const known = "severity" in error ? /^[0-9A-Z]{5}$/ : /^[A-Z][A-Z0-9_]*$/;
  return known.test(code) ? code : "PG_UNKNOWN";
}

export function postgresqlFault(error: unknown, role: Role, lost: boolean): CutoverError {
  if (error instanceof CutoverError) return error;
  const code = codeOf(error);
  // pg has no code for a connection that ends under a query, nor for one it cannot use any more.
  if (code === null)
    return new SqlFault(lost ? "connection-lost" : "other", lost ? "ECONNRESET" : "PG_CLIENT", role, error);
  if (network.has(code)) return new SqlFault("connection-lost", code, role, error);
  return new SqlFault(kinds.find(([prefix]) => code.startsWith(prefix))?.[1] ?? "other", code, role, error);
}

/** A failure to connect: whatever it is, the server is not to be reached. */
export function connectFault(error: unknown, role: Role): SqlFault {
  const code = codeOf(error) ?? "PG_CONNECT";
  const known = kinds.find(([prefix]) => code.startsWith(prefix))?.[1];
  if (known === "refused-login") return new SqlFault(known, code, role, error);
  return new SqlFault("unreachable", code, role, error, tlsRemedy(code));
}

/** Certificates that cannot be verified are the usual obstacle off loopback. */
const tlsRemedy = (code: string): string | undefined =>
  /CERT|SELF_SIGNED|VERIFY|ALTNAME|SSL|TLS|PG_CONNECT/.test(code)
    ? "The server has to prove its name by TLS: give the authority's certificates by `?ca=file`, or weaken the check by `?tls=encrypt` or `?tls=off`."
    : undefined;
